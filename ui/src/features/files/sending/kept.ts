// Files that were chosen and are not yet in a message, kept on the device with their bytes: a reload, a crash or
// a day without network loses none of them.

export interface Kept {
  key: string
  /** Whose: nothing of one person is ever sent as another. */
  owner: string
  /** Which composer they stand in; nothing once their message was sent off. */
  draft: string | null
  name: string
  size: number
  type: string
  /** Ascending in the order of choosing. */
  order: number
  bytes: Blob
  /** Where the upload is, once the server knows of it. */
  url?: string
  /** The file's id, once all of it is there. */
  fileId?: string
}

const DATABASE = 'hearth-files'
const TABLE = 'chosen'

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no database'))
    request.onblocked = () => reject(new Error('blocked'))
  })
}

/** Works on where the browser keeps nothing (private windows): then files live as long as the page. */
export class KeptFiles {
  #database: Promise<IDBDatabase | undefined> | undefined

  #use<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
    this.#database ??= open().catch(() => undefined)
    return this.#database.then(
      (database) =>
        database &&
        new Promise<T | undefined>((resolve) => {
          try {
            const transaction = database.transaction(TABLE, mode)
            const request = work(transaction.objectStore(TABLE))
            transaction.oncomplete = () => resolve(request.result)
            transaction.onabort = () => resolve(undefined)
          } catch {
            resolve(undefined)
          }
        }),
    )
  }

  async all(owner: string): Promise<Kept[]> {
    const rows = (await this.#use('readonly', (table) => table.getAll() as IDBRequest<Kept[]>)) ?? []
    return rows.filter((row) => row.owner === owner).sort((a, b) => a.order - b.order)
  }

  get(key: string): Promise<Kept | undefined> {
    return this.#use('readonly', (table) => table.get(key) as IDBRequest<Kept | undefined>)
  }

  async put(row: Kept): Promise<void> {
    await this.#use('readwrite', (table) => table.put(row))
  }

  async remove(key: string): Promise<void> {
    await this.#use('readwrite', (table) => table.delete(key))
  }
}
