export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 40 34" role="img" aria-label="Throughline">
      <linearGradient id="logo-line" x1="0" x2="1">
        <stop offset=".1" stopColor="var(--web)" />
        <stop offset=".5" stopColor="var(--chat)" />
        <stop offset=".9" stopColor="var(--call)" />
      </linearGradient>
      <path
        d="M3 27c9 0 8-10 14-10s6-10 20-10"
        fill="none"
        stroke="url(#logo-line)"
        strokeWidth="4"
        strokeLinecap="round"
      />
      <circle cx="4" cy="27" r="4" fill="var(--web)" />
      <circle cx="18" cy="17" r="4" fill="var(--chat)" />
      <circle cx="36" cy="7" r="4" fill="var(--call)" />
    </svg>
  );
}
