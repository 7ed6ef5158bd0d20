/** Hands a text or bytes to the coder as a file, by a download that the browser makes of it here. */
export function save(name: string, mime: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type: mime }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The download has its own hold on the data by the next task.
  setTimeout(() => { URL.revokeObjectURL(url); }, 0);
}
