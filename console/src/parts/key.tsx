/** The key that does the same, printed on the control. Read out by the control's description, not by its name. */
export function Key({ name }: { readonly name: string }) {
  return (
    <span className="key" aria-hidden="true">
      {name}
    </span>
  );
}
