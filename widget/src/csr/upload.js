// Files: pictures made smaller and rid of everything but the picture, and sent in pieces (tus 1.0.0), so that a large
// photo on a bad line goes on where it stopped.

const DRAWN = /^image\/(jpeg|png|webp)$/;

/** Pixels that a picture keeps, as many as 2560 × 1920: by area, so that a long screenshot stays readable. */
const PIXELS = 4915200;

/** The picture alone: drawn anew, without place and camera, no larger than it needs to be, in a type that its field
 * takes. What cannot be decoded here goes as it is, and the server judges. */
async function bare(file, types) {
  if (!DRAWN.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file);
    const ratio = Math.min(1, Math.sqrt(PIXELS / (picture.width * picture.height)));
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * ratio;
    canvas.height = picture.height * ratio;
    // Drawings stay sharp while they are small.
    const keep = !types.includes("image/jpeg") || (file.type == "image/png" && file.size < 3e5);
    const type = keep ? file.type : "image/jpeg";
    const brush = canvas.getContext("2d");
    if (!keep) {
      // What can be seen through in another type would be black in this one.
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
    }
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, type, 0.86));
    return drawn?.type == type ? drawn : file;
  } catch {
    return file;
  }
}

/** Draws a small picture of a file; where there is none, the place goes. */
export async function preview(canvas, { blob }) {
  try {
    const picture = await createImageBitmap(blob);
    const side = Math.min(picture.width, picture.height);
    canvas.width = canvas.height = 112;
    canvas
      .getContext("2d")
      .drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, 112, 112);
  } catch {
    canvas.remove();
  }
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const bytes = (answer) => +answer.headers.get("upload-offset");

/** An answer that is not what we asked for, as an error. */
const refusal = async (answer) => ({
  status: answer.status,
  wait: +answer.headers.get("retry-after") || 5,
  body: await answer.json().catch(() => null),
});

const ask = (address, method, headers, body) =>
  fetch(address, {
    method,
    body,
    credentials: "omit",
    signal: AbortSignal.timeout(6e4),
    headers: { "tus-resumable": "1.0.0", ...headers },
  });

/** Bytes of the smallest piece, which passes in a minute where hardly anything does. */
const SMALLEST = 16384;

/** Files that are on their way from this page. */
const going = new WeakMap();

/** Sends a file `{ field, name, types, blob }`, once at a time; it has its `id` when it has arrived. Throws a refusal
 * `{ status, wait, body }`, or the network's error. */
export function upload(file, base, token, progress) {
  if (!going.has(file)) {
    const deed = async () => {
      if (!file.bare) file.blob = await bare(file.blob, file.types);
      file.bare = true;
      return (file.id = await pieces(file, base, token, progress));
    };
    going.set(
      file,
      deed().finally(() => going.delete(file)),
    );
  }
  return going.get(file);
}

/** Sends a file's `blob` in pieces, going on at its `address` where it has one. Gives the file's id; throws a refusal, or
 * the network's error after a few tries. `progress` is told per cent. */
async function pieces(file, base, token, progress) {
  const { blob } = file;
  let size = 131072;
  let failures = 0;
  let offset = -1;
  for (;;) {
    try {
      if (!file.address) {
        const begun = await ask(base + "/uploads", "POST", { "upload-length": blob.size, "upload-metadata": "token " + btoa(token) });
        if (begun.status != 201) throw await refusal(begun);
        file.address = new URL(begun.headers.get("location"), base).href;
        offset = 0;
      }
      if (offset < 0) {
        const here = await ask(file.address, "HEAD");
        // Forgotten meanwhile: from the beginning.
        if (here.status == 404) file.address = "";
        if (!file.address) continue;
        if (!here.ok) throw await refusal(here);
        offset = bytes(here);
      }
      if (offset >= blob.size) return file.address.split("/").pop();
      const began = performance.now();
      const sent = await ask(
        file.address,
        "PATCH",
        { "content-type": "application/offset+octet-stream", "upload-offset": offset },
        blob.slice(offset, offset + size),
      );
      if (sent.status == 409) {
        offset = -1;
        continue;
      }
      if (sent.status != 204) throw await refusal(sent);
      offset = bytes(sent);
      failures = 0;
      progress(Math.floor((offset / blob.size) * 100));
      // About two seconds a piece: little is lost on a bad line, little is asked on a good one.
      size = Math.min(4194304, Math.max(SMALLEST, (size * 2e3) / (performance.now() - began + 1)));
    } catch (error) {
      if (error.status && error.status < 500) throw error;
      if (++failures > 3) throw error;
      offset = -1;
      // Perhaps the line has become too slow for it.
      size = Math.max(SMALLEST, size / 4);
      await wait(500 * 2 ** failures);
    }
  }
}
