import type { FileInfo } from '$api'

/** The size at which one picture is shown: as it is, but no larger than the box, and never smaller than can be hit. */
export function fitted(
  width: number,
  height: number,
  most: { width: number; height: number },
): { width: number; height: number } {
  const scale = Math.min(1, most.width / width, most.height / height)
  return {
    width: Math.max(48, Math.round(width * scale)),
    height: Math.max(48, Math.round(height * scale)),
  }
}

/** The box of a picture that stands alone. */
export const ONE = { width: 360, height: 280 }
/** The side of each of several. */
export const TILE = 144
const GAP = 8
const CARD = 56

/** About as much height as these files take, for the moment before they can be shown. */
export function reserved(files: readonly FileInfo[]): number {
  const pictures = files.filter((file) => file.hasThumbnail && file.width && file.height)
  const [first] = pictures
  let height = (files.length - pictures.length) * (CARD + GAP)
  if (pictures.length === 1 && first) height += fitted(first.width ?? 1, first.height ?? 1, ONE).height + GAP
  else if (pictures.length > 1) height += Math.ceil(pictures.length / 4) * (TILE + GAP)
  return height
}
