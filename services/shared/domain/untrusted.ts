/** How node and OpenSSL say in words that a certificate is not trusted, for libraries that keep no more than the words. */
const UNTRUSTED = /certificate|self.signed|altnames/i;

/** Whether the text of an error tells of a certificate that is not trusted. */
export const tellsOfUntrusted = (text: string): boolean => UNTRUSTED.test(text);
