// A photo of a paper is read on a screen: a phone's 12 megapixels only make the village's network wait.

const LONGEST = 2200, SMALL = 1_500_000, QUALITY = 0.85;

export async function shrunk(file) {
  if (file.size <= SMALL || !file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob((made) => done(made ?? file), "image/jpeg", QUALITY); });
}
