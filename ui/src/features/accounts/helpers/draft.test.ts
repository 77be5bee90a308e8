import { describe, expect, it } from 'vitest'
import { Draft } from './draft.svelte'

const stored = { name: 'Ann', title: 'Carpenter', email: '' }

describe('Draft', () => {
  it('knows what was changed, and that changing back is no change', () => {
    const draft = new Draft(stored)
    expect(draft.dirty).toBe(false)
    draft.values.title = 'Lead'
    expect(draft.changes).toEqual({ title: 'Lead' })
    draft.values.title = 'Carpenter'
    expect(draft.dirty).toBe(false)
  })

  it('follows what others change in fields that were left alone', () => {
    const draft = new Draft(stored)
    draft.values.title = 'Lead'
    draft.rebase({ ...stored, name: 'Ann Lee' })
    expect(draft.values).toEqual({ name: 'Ann Lee', title: 'Lead', email: '' })
    expect(draft.conflicting).toBe(false)
    expect(draft.changes).toEqual({ title: 'Lead' })
  })

  it('names a field that both changed, and lets one side win', () => {
    const draft = new Draft(stored)
    draft.values.title = 'Lead'
    draft.rebase({ ...stored, title: 'Boss' })
    expect(draft.conflicts).toEqual({ title: 'Boss' })
    expect(draft.values.title).toBe('Lead')

    draft.takeTheirs()
    expect(draft.values.title).toBe('Boss')
    expect(draft.dirty).toBe(false)

    draft.values.title = 'Lead'
    draft.rebase({ ...stored, title: 'Chief' })
    draft.keepMine()
    expect(draft.conflicting).toBe(false)
    expect(draft.changes).toEqual({ title: 'Lead' })
  })

  it('does not call it a conflict when both did the same', () => {
    const draft = new Draft(stored)
    draft.values.title = 'Lead'
    draft.rebase({ ...stored, title: 'Lead' })
    expect(draft.conflicting).toBe(false)
    expect(draft.dirty).toBe(false)
  })

  it('remembers a conflict through news about other fields', () => {
    const draft = new Draft(stored)
    draft.values.title = 'Lead'
    draft.rebase({ ...stored, title: 'Boss' })
    draft.rebase({ ...stored, title: 'Boss', email: 'ann@example.org' })
    expect(draft.conflicts).toEqual({ title: 'Boss' })
    expect(draft.values.email).toBe('ann@example.org')
  })
})
