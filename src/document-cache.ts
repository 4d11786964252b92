/** Keeps what was made of the latest documents, small ones only: a picture in base64 is not worth remembering. */
export class DocumentCache<T> {
  readonly #values = new Map<string, T>();
  readonly #maxDocuments = 1_000;
  readonly #maxCharacters = 16_384;

  get(document: string): T | undefined {
    const value = this.#values.get(document);
    if (value === undefined) return undefined;
    this.#values.delete(document);
    this.#values.set(document, value);
    return value;
  }

  set(document: string, value: T): void {
    if (document.length > this.#maxCharacters) return;
    this.#values.set(document, value);
    const oldest = this.#values.keys().next();
    if (this.#values.size > this.#maxDocuments && !oldest.done) this.#values.delete(oldest.value);
  }
}
