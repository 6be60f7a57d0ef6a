import type { ScrapeTarget } from '../scrapeTarget.ts';

/** Alerts by which the other side says that it wants another certificate of us, as OpenSSL words them. */
const CLIENT_ALERT =
  /alert (?:certificate required|bad certificate|unknown ca|certificate (?:unknown|expired|revoked)|unsupported certificate|access denied)/i;
const HANDSHAKE_ALERT = /alert handshake failure/i;
const UNKNOWN_AUTHORITY =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?)$/;

/** What is wrong with whose certificate, and what to set; null when the failure is none of TLS. */
export function describeTlsFailure(error: Error, code: string, target: ScrapeTarget): string | null {
  if (!target.url.startsWith('https:')) return null;
  const { certificate } = target.access;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'Our "cert" and "key" do not belong together.';
  if (code.startsWith('ERR_OSSL_PEM') || code.startsWith('ERR_OSSL_ASN1'))
    return 'Our "ca", "cert" or "key" is no PEM file.';
  if (/wrong version number|packet length too long/i.test(error.message))
    return 'It does not speak TLS at this port; perhaps its address begins with http://.';
  if (CLIENT_ALERT.test(error.message) || (HANDSHAKE_ALERT.test(error.message) && certificate === null)) {
    return certificate === null
      ? 'It wants a certificate of its readers: name one by "cert" and "key".'
      : 'It does not accept our certificate ("cert").';
  }
  if (UNKNOWN_AUTHORITY.test(code))
    return `Its certificate is signed by an authority that is not known here: name it by "ca" (${code}).`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Its certificate is for another name: name that by "serverName".';
  if (code === 'CERT_HAS_EXPIRED') return 'Its certificate has expired.';
  if (code === 'CERT_NOT_YET_VALID') return 'Its certificate is not valid yet, or our clock is behind.';
  // Servers by Node end the connection without a word when they refuse a certificate.
  if (code === 'ECONNRESET' && certificate !== null)
    return 'It ended the connection while TLS began: it may not accept our certificate ("cert").';
  if (/CERT|SSL|TLS|EPROTO/.test(code)) return `TLS failed (${code}).`;
  return null;
}
