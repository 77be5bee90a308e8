import type { FileInfo } from '$api'
import Archive from '@lucide/svelte/icons/file-archive'
import Audio from '@lucide/svelte/icons/file-music'
import Code from '@lucide/svelte/icons/file-code'
import Image from '@lucide/svelte/icons/file-image'
import Plain from '@lucide/svelte/icons/file'
import Sheet from '@lucide/svelte/icons/file-spreadsheet'
import Text from '@lucide/svelte/icons/file-text'
import Video from '@lucide/svelte/icons/file-video-camera'
import type { Component } from 'svelte'

type Icon = Component<{ size?: number | string }>

/** How a file stands in the timeline. */
export type Shown = 'picture' | 'video' | 'audio' | 'card'

export function shownAs(file: FileInfo): Shown {
  if (file.hasThumbnail && file.width && file.height) return 'picture'
  if (/^video\/(mp4|webm|ogg|quicktime|x-m4v)$/.test(file.type)) return 'video'
  if (/^audio\/(mpeg|mp4|ogg|wav|flac|aac)$/.test(file.type)) return 'audio'
  return 'card'
}

/** Text can be looked at without being saved. */
export function isText(type: string): boolean {
  return (
    type.startsWith('text/') ||
    /[+/](json|xml)$/.test(type) ||
    ['application/javascript', 'application/toml', 'application/x-sh'].includes(type)
  )
}

export function iconOf(type: string): Icon {
  const [kind = ''] = type.split('/')
  if (kind === 'image') return Image
  if (kind === 'video') return Video
  if (kind === 'audio') return Audio
  if (/zip|tar|gzip|7z|rar|bzip|xz|zstd/.test(type)) return Archive
  if (/sheet|excel|csv/.test(type)) return Sheet
  if (/pdf|word|document|rtf|presentation|powerpoint|text\/(plain|markdown)/.test(type)) return Text
  return isText(type) ? Code : Plain
}

/** What stands beside the size: `PDF`, `PNG`; the ending of the name where it has one. */
export function kindName(name: string, type: string): string {
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]
  return (ending ?? type.split('/').at(-1)?.split(/[.+-]/).at(-1) ?? '').toUpperCase()
}
