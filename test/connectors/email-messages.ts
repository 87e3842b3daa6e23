/** A message as it goes over the wire, of header lines and a body. */
export function message(headers: Readonly<Record<string, string | readonly string[]>>, body = 'Hello'): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`),
  );
  return `${lines.join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}`;
}

/** A `multipart` message or part. */
export function multipart(kind: string, ...parts: readonly string[]): { type: string; body: string } {
  const body = parts.map((part) => `--B42\r\n${part}\r\n`).join('');
  return { type: `multipart/${kind}; boundary="B42"`, body: `${body}--B42--\r\n` };
}

/** What a mail server says that could not deliver, about a message of `support@acme.example`. */
export function bounce(more: {
  readonly recipient: string;
  readonly originalId: string;
  readonly action?: string;
  readonly date?: string;
}): string {
  const { recipient, originalId, action = 'failed', date = 'Thu, 15 Jan 2026 10:00:35 +0000' } = more;
  const { type, body } = multipart(
    'report; report-type=delivery-status',
    message({ 'Content-Type': 'text/plain' }, 'I am sorry to have to tell you.'),
    message(
      { 'Content-Type': 'message/delivery-status' },
      `Reporting-MTA: dns; mx.example

Original-Recipient: rfc822;${recipient}
Final-Recipient: rfc822; forwarded@elsewhere.example
Action: ${action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user`,
    ),
    message(
      { 'Content-Type': 'message/rfc822' },
      `From: Support <support@acme.example>
To: ${recipient}
Subject: Your refund
Date: Thu, 15 Jan 2026 10:00:00 +0000
Message-ID: <${originalId}>
References: <thread-1@example.com>

It is on its way.`,
    ),
  );
  const headers = { From: 'MAILER-DAEMON@mx.example', To: 'support@acme.example', Date: date };
  return message(
    { ...headers, 'Message-ID': `<dsn-${originalId}>`, 'Auto-Submitted': 'auto-replied', 'Content-Type': type },
    body,
  );
}
