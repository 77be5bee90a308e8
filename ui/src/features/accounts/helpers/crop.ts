/** A square piece of a picture: its middle in the picture's own pixels, and its edge there. */
export interface Crop {
  x: number
  y: number
  edge: number
}

export interface Size {
  width: number
  height: number
}

/** The largest square in the middle. */
export function centred({ width, height }: Size): Crop {
  return { x: width / 2, y: height / 2, edge: Math.min(width, height) }
}

/** Keeps a crop inside its picture, at 1 to `most` times. */
export function fit(crop: Crop, size: Size, most = 4): Crop {
  const whole = Math.min(size.width, size.height)
  const edge = Math.min(whole, Math.max(whole / most, crop.edge))
  const half = edge / 2
  return {
    edge,
    x: Math.min(size.width - half, Math.max(half, crop.x)),
    y: Math.min(size.height - half, Math.max(half, crop.y)),
  }
}

/** Draws the crop over the whole canvas. */
export function draw(canvas: HTMLCanvasElement, image: CanvasImageSource, crop: Crop): void {
  const context = canvas.getContext('2d')
  if (!context) return
  context.imageSmoothingQuality = 'high'
  context.clearRect(0, 0, canvas.width, canvas.height)
  const { x, y, edge } = crop
  context.drawImage(image, x - edge / 2, y - edge / 2, edge, edge, 0, 0, canvas.width, canvas.height)
}

/** The crop as a file of its own, `side` pixels wide. */
export function cut(image: CanvasImageSource, crop: Crop, side = 512): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  draw(canvas, image, crop)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}
