// The last HTTP exchange as an engineer reads it, and as curl.

const headerLines = (headers) => Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);

export function requestText({ request }) {
  return [`${request.method} ${request.target} HTTP/1.1`, ...headerLines(request.headers), '', request.body]
    .join('\n')
    .trimEnd();
}

export function answerText({ response }) {
  if (!response) return 'No answer came.';
  return [`HTTP/1.1 ${response.status}`, ...headerLines(response.headers), '', response.body].join('\n').trimEnd();
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlText({ request }, origin) {
  const parts = ['curl', '-i'];
  if (request.method !== 'GET') parts.push('-X', request.method);
  parts.push(quoted(origin + request.target.replace('key=…', 'key=YOUR-KEY')));
  for (const line of headerLines(request.headers)) parts.push('-H', quoted(line));
  if (request.body) parts.push('--data-raw', quoted(request.body));
  return parts.join(' ');
}
