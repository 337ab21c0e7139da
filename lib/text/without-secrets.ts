/** Replaces a credential in printed text. */
export const HIDDEN = "(hidden)";

/**
 * A name of a credential and its value, wherever they are written: an argument, JSON, a quoted command, a variable of a shell,
 * a query of a URL, also in a comment.
 */
const ASSIGNED =
  /\b(\w*(?:access_?key(?:_?id)?|secret_?key|secret|token|sas|sas_url|customer_key|private_key|api_key|passphrase|password)|X-Amz-(?:Signature|Security-Token|Credential)|sig)(\\?["']?[ \t]*(?:=>|[=:])[ \t]*)(\\"[^"\n]*"|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"',;{}[\]\\]+)/gi;
/** What is in every text with such a name or a user in a URL. Most texts have none of it. */
const MAY_HOLD_SECRET =
  /access_?key|authorization|secret|token|sas|customer_key|private_key|api_key|passphrase|password|x-amz-|sig|:\/\/|AKIA|ASIA/i;

/** A value that needs no hiding: an empty value or a reference. */
const NO_SECRET =
  /^(""|''|\\"\\"|null|(?:\\?")?[^"]*\$\{[^"]*"|(var|local|data|module|each|self|ephemeral)\..*|<<-?\w+|\$\w+|\$\{.*|\(hidden\))$/;
/** A user in a URL. The user of SSH may be shown. */
const USER_INFO = /\b(?!ssh:\/\/[^\s:@/]+@)([a-z][a-z\d+.-]{0,30}:\/\/)[^\s/@"'`]+@/gi;
/** A header that carries a credential, in what a client or a proxy prints. */
const AUTHORIZATION = /\b((?:Proxy-)?Authorization["']?[ \t]*[=:][ \t]*["']?(?:Bearer|Basic)[ \t]+)[^\s"',;]+/gi;
const ACCESS_KEY_ID = /\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g;

/** Hides what looks like a credential in a text that is printed. */
export function withoutSecrets(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  return text
    .replace(ASSIGNED, (whole, name: string, between: string, value: string) =>
      NO_SECRET.test(value) ? whole : `${name}${between}${HIDDEN}`,
    )
    .replace(AUTHORIZATION, `$1${HIDDEN}`)
    .replace(USER_INFO, `$1${HIDDEN}@`)
    .replace(ACCESS_KEY_ID, HIDDEN);
}
