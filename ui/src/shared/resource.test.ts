import { describe, expect, it } from 'vitest'
import { Resource } from './resource.svelte'

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('Resource', () => {
  it('loads, fails and loads again', async () => {
    let broken = true
    const resource = new Resource(async () => {
      if (broken) throw new Error('no')
      return 'yes'
    })
    expect(resource.current.status).toBe('loading')
    await settled()
    expect(resource.current.status).toBe('failed')
    broken = false
    await resource.reload()
    expect(resource.value).toBe('yes')
  })

  it('believes the last one that was asked, not the last one that answers', async () => {
    const waiting: ((value: string) => void)[] = []
    const resource = new Resource(() => new Promise<string>((resolve) => waiting.push(resolve)))
    const second = resource.reload()
    waiting[1]!('new')
    await second
    waiting[0]!('old')
    await settled()
    expect(resource.value).toBe('new')
  })
})
