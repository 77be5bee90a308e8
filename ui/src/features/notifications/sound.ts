// Two soft notes, made here: nothing is fetched, and where the browser plays no sound nothing happens.

const NOTES = [659.25, 880] as const
const APART_S = 0.11
const LENGTH_S = 0.32
const LATEST_MS = 1_000
const LOUDEST = 0.07

let context: AudioContext | undefined

/** Plays the sound of a notice; browsers allow that once somebody has pressed something on the page. */
export async function chime(): Promise<void> {
  if (!('AudioContext' in window)) return
  try {
    context ??= new AudioContext()
    const asked = Date.now()
    if (context.state === 'suspended') await context.resume()
    // Not what could not be heard when it was told.
    if (Date.now() - asked > LATEST_MS) return
    const begin = context.currentTime + 0.02
    NOTES.forEach((note, index) => play(context!, note, begin + index * APART_S))
  } catch {
    // A device without sound; the notice is seen.
  }
}

function play(audio: AudioContext, note: number, at: number) {
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.type = 'sine'
  tone.frequency.value = note
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(LOUDEST, at + 0.015)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + LENGTH_S)
}
