// SPDX-License-Identifier: EUPL-1.2

/** A photo drawn anew as JPEG, at most 1600 points a side and 1.9 MB: what the camera wrote beside it stays on the tablet. */
export async function smaller(file: File): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  for (const [side, quality] of [[1600, 0.85], [1600, 0.7], [1280, 0.7], [960, 0.6]] as const) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= 1_900_000) return blob;
  }
  return null;
}
