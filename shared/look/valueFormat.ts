/**
 * How the bytes of a string value begin. A guess from the start of the value: `protobuf` and `random` are never certain, and
 * the words say so.
 */
export const valueFormats = [
  'json',
  'number',
  'text',
  'markup',
  'msgpack',
  'protobuf',
  'gzip',
  'zstd',
  'lz4',
  'zlib',
  'pickle',
  'java',
  'php',
  'ruby',
  'hyperLogLog',
  'random',
  'binary',
  'empty',
] as const;
export type ValueFormat = (typeof valueFormats)[number];

export const valueFormatWords: Readonly<Record<ValueFormat, string>> = {
  json: 'JSON',
  number: 'number',
  text: 'text',
  markup: 'HTML or XML',
  msgpack: 'MessagePack',
  protobuf: 'maybe protobuf',
  gzip: 'gzip',
  zstd: 'Zstandard',
  lz4: 'LZ4',
  zlib: 'zlib',
  pickle: 'Python pickle',
  java: 'Java serialisation',
  php: 'PHP serialisation',
  ruby: 'Ruby Marshal',
  hyperLogLog: 'HyperLogLog',
  random: 'looks compressed or encrypted',
  binary: 'other bytes',
  empty: 'empty',
};

/** What is known of one value from its first bytes, and all that leaves the reader of them. */
export interface Fingerprint {
  readonly format: ValueFormat;
  /** It is an entry of cachescope/cache; the format is that of its payload. */
  readonly isLibraryEntry: boolean;
  /** The entry says that the source has no such thing, and has no payload. */
  readonly isNegative: boolean;
}
