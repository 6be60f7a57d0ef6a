/** What a text turned out to be: a value, or in words why it is none and what would be right. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
