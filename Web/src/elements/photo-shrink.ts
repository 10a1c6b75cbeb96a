// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";

/**
 * `<photo-shrink limit="2097152">` around a form with a file field: a photo that
 * is too heavy for the server is drawn smaller before it is sent, as JPEG.
 * Without script the server says that it is too heavy.
 */
export class PhotoShrink extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    input?.addEventListener("change", () => void this.#shrink(input));
  }

  async #shrink(input: HTMLInputElement) {
    const limit = Number(this.getAttribute("limit") ?? 0);
    const file = input.files?.[0];
    if (!file || limit === 0 || file.size <= limit) return;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
    if (!picture) return;
    for (const side of [2560, 1920, 1280]) {
      const blob = await drawn(picture, side);
      if (!blob || blob.size > limit) continue;
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      this.querySelector("[data-shrunk]")?.replaceChildren(say("La photo a été réduite.", "The photo was made smaller."));
      return;
    }
  }
}

/** The picture with its longest side at most `side`, as JPEG. */
function drawn(picture: ImageBitmap, side: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
