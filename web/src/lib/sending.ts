// A file on its way into a request: compressed where that helps, and as text.

async function gzipped(content: Blob): Promise<Blob> {
  return new Response(content.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** The file's bytes, compressed unless they are as small without: workbooks are compressed already. */
export async function packed(file: Blob): Promise<Blob> {
  const small = await gzipped(file);
  return small.size < file.size ? small : file;
}

/** What a body of so many bytes holds of a file: Base64 makes four of three, and the question around it takes some. */
export const roomFor = (bodyBytes: number): number => Math.max(0, Math.floor(((bodyBytes - 4096) * 3) / 4));

/** Bytes as text. */
export async function base64(content: Blob): Promise<string> {
  const bytes = new Uint8Array(await content.arrayBuffer());
  let text = "";
  // By pieces: a call takes no more arguments than so many.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
