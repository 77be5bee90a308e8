import dbus, { type ClientInterface, type MessageBus, type ProxyObject } from 'dbus-next'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk } from './desk.ts'

const { Interface } = dbus.interface

/** Where icons beside the clock report, as KDE's and other panels offer it. */
class Watcher extends Interface {
  items: string[] = []
  get IsStatusNotifierHostRegistered(): boolean {
    return true
  }
  get ProtocolVersion(): number {
    return 0
  }
  get RegisteredStatusNotifierItems(): string[] {
    return this.items
  }
  register(item: string): void {
    this.items.push(item)
  }
  itemRegistered(item: string): string {
    return item
  }
}
Watcher.configureMembers({
  methods: {
    register: { name: 'RegisterStatusNotifierItem', inSignature: 's', outSignature: '' },
  },
  // The library looks for a property's value under the name that it has on the bus.
  properties: {
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
  },
  signals: { itemRegistered: { name: 'StatusNotifierItemRegistered', signature: 's' } },
})

export interface Shown {
  title: string
  text: string
}

/** What shows notifications. */
class Notifications extends Interface {
  shown: Shown[] = []
  #last = 0
  notify(
    _app: string,
    _replaces: number,
    _icon: string,
    title: string,
    text: string,
    _actions: string[],
    _hints: unknown,
    _timeout: number,
  ): number {
    this.shown.push({ title, text })
    return ++this.#last
  }
  capabilities(): string[] {
    return ['body', 'actions']
  }
  close(_id: number): void {}
  about(): string[] {
    return ['test', 'hearth', '1', '1.2']
  }
}
Notifications.configureMembers({
  methods: {
    notify: { name: 'Notify', inSignature: 'susssasa{sv}i', outSignature: 'u' },
    capabilities: { name: 'GetCapabilities', inSignature: '', outSignature: 'as' },
    close: { name: 'CloseNotification', inSignature: 'u', outSignature: '' },
    about: { name: 'GetServerInformation', inSignature: '', outSignature: 'ssss' },
  },
})

export interface MenuLine {
  id: number
  label: string
  enabled: boolean
  checked: boolean
}

type Layout = [number, Record<string, { value: unknown }>, { value: Layout }[]]

/** A panel with a place for icons, and something that shows notifications: what GNOME, KDE and others bring along. */
export class Panel {
  readonly #watcher = new Watcher('org.kde.StatusNotifierWatcher')
  readonly #notifications = new Notifications('org.freedesktop.Notifications')

  private constructor(readonly bus: MessageBus) {}

  static async at(desk: Desk, { icons }: { icons: boolean }): Promise<Panel> {
    const bus = dbus.sessionBus({ busAddress: desk.bus })
    const panel = new Panel(bus)
    bus.export('/org/freedesktop/Notifications', panel.#notifications)
    await bus.requestName('org.freedesktop.Notifications', 0)
    if (icons) {
      bus.export('/StatusNotifierWatcher', panel.#watcher)
      await bus.requestName('org.kde.StatusNotifierWatcher', 0)
    }
    return panel
  }

  get notifications(): Shown[] {
    return this.#notifications.shown
  }

  get icons(): number {
    return this.#watcher.items.length
  }

  /** The icon that was registered last: who has it, and where. */
  async #item(): Promise<{ owner: string; property: (name: string) => Promise<unknown> }> {
    const item = this.#watcher.items.at(-1)
    if (!item) throw new Error('no icon was registered')
    // Either a name on the bus with the usual path, or a path of whoever registered it.
    const owner = item.startsWith('/') ? await this.#owner() : item
    const path = item.startsWith('/') ? item : '/StatusNotifierItem'
    const icon = await this.bus.getProxyObject(owner, path)
    const properties = icon.getInterface('org.freedesktop.DBus.Properties')
    const property = async (name: string) =>
      ((await properties['Get']?.('org.kde.StatusNotifierItem', name)) as { value: unknown }).value
    return { owner, property }
  }

  /** The file of the picture that the icon shows. */
  async icon(): Promise<string> {
    const { property } = await this.#item()
    return String(await property('IconName'))
  }

  async #menu(): Promise<ClientInterface> {
    const { owner, property } = await this.#item()
    const menu = await this.bus.getProxyObject(owner, String(await property('Menu')))
    return menu.getInterface('com.canonical.dbusmenu')
  }

  /** The only other program on this bus that has an icon. */
  async #owner(): Promise<string> {
    const daemon = await this.bus.getProxyObject('org.freedesktop.DBus', '/org/freedesktop/DBus')
    const names = (await daemon.getInterface('org.freedesktop.DBus')['ListNames']?.()) as string[]
    const path = this.#watcher.items.at(-1) ?? ''
    for (const name of names.filter((each) => each.startsWith(':'))) {
      try {
        const object = await this.#asked(name, path)
        object.getInterface('org.kde.StatusNotifierItem')
        return name
      } catch {
        // Not this one.
      }
    }
    throw new Error(`nobody has ${path}`)
  }

  /** An object of a program, which may be one that never answers. */
  async #asked(name: string, path: string): Promise<ProxyObject> {
    const late = sleep(1_000).then(() => Promise.reject(new Error(`${name} does not answer`)))
    return Promise.race([this.bus.getProxyObject(name, path), late])
  }

  /** What the icon's menu says. */
  async menu(): Promise<MenuLine[]> {
    const menu = await this.#menu()
    const [, root] = (await menu['GetLayout']?.(0, -1, [])) as [number, Layout]
    return root[2]
      .map(({ value: [id, properties] }) => ({
        id,
        label: String(properties['label']?.value ?? '').replace('_', ''),
        enabled: properties['enabled']?.value !== false,
        checked: properties['toggle-state']?.value === 1,
      }))
      .filter((line) => line.label)
  }

  /** Chooses a line of the menu. */
  async choose(label: string): Promise<void> {
    const line = (await this.menu()).find((each) => each.label.startsWith(label))
    if (!line) throw new Error(`the menu has no ${label}`)
    const menu = await this.#menu()
    await menu['Event']?.(line.id, 'clicked', new dbus.Variant('s', ''), 0)
  }

  leave(): void {
    this.bus.disconnect()
  }
}
