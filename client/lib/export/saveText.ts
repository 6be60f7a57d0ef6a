interface TextFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Gives a text to the browser as a download. */
export function saveText({ name, type, text }: TextFile): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
