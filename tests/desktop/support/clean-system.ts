import { expect } from '@playwright/test'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers, freePort } from '../support/app.ts'
import { foundTeam, say, signIn } from '../support/people.ts'

const execute = promisify(execFile)
/** Kept between runs, because making it takes minutes. */
const BASE = join(tmpdir(), 'hearth-clean-debian.tar')
/** How large a package may be. */
const LARGEST = 60_000_000

async function sh(command: string, parameters: string[]): Promise<string> {
  const { stdout } = await execute(command, parameters, { maxBuffer: 64 << 20 })
  return stdout
}

/** A Debian in a folder, with nothing in it but what it needs itself. */
export class CleanSystem {
  private constructor(readonly root: string) {}

  static async make(): Promise<CleanSystem> {
    const root = await mkdtemp(join(tmpdir(), 'hearth-clean-'))
    const codename = /VERSION_CODENAME=(\w+)/.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
    if (!(await sh('sh', ['-c', `test -f ${BASE} && echo there || true`])))
      await sh('debootstrap', ['--variant=minbase', '--make-tarball', BASE, codename, `${root}-work`])
    await sh('debootstrap', ['--variant=minbase', '--unpack-tarball', BASE, codename, root])
    // Where this machine gets its packages, the clean system gets them too.
    await sh('sh', [
      '-c',
      `cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d ${root}/etc/apt/ 2>/dev/null;
       cp /etc/resolv.conf /etc/hosts ${root}/etc/; rm -f ${root}/etc/apt/apt.conf.d/docker-clean;
       mkdir -p ${root}/usr/local/share/ca-certificates ${root}/etc/ssl; cp -a /etc/ssl/certs ${root}/etc/ssl/;
       cp -a /usr/share/keyrings/. ${root}/usr/share/keyrings/; mount --bind /proc ${root}/proc; mount --bind /dev ${root}/dev`,
    ])
    const system = new CleanSystem(root)
    await system.run('apt-get -qq update')
    return system
  }

  async remove() {
    await sh('sh', ['-c', `umount ${this.root}/proc ${this.root}/dev`]).catch(() => '')
    await rm(this.root, { recursive: true, force: true })
  }

  /** Runs a command in it; gives what it says. */
  run(command: string): Promise<string> {
    return sh('chroot', [
      this.root,
      '/bin/sh',
      '-c',
      `export DEBIAN_FRONTEND=noninteractive LC_ALL=C; ${command}`,
    ])
  }

  /** Runs what the system unit starts, with the directory that systemd would give it. */
  private async serve(port: number): Promise<() => Promise<void>> {
    const unit = await readFile(join(this.root, 'usr/lib/systemd/system/hearth.service'), 'utf8')
    const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
    expect(command).toContain('--data /var/lib/hearth')
    await mkdir(join(this.root, 'var/lib/hearth'), { recursive: true })
    const on = command.replace(/--listen \S+/, `--listen 127.0.0.1:${port}`)
    const pid = (await this.run(`${on} >/var/log/hearth.log 2>&1 & echo $!`)).trim()
    await expect.poll(() => answers(`http://127.0.0.1:${port}/api/v1/health`), { timeout: 20_000 }).toBe(true)
    return async () => {
      process.kill(Number(pid), 'SIGTERM')
      await expect.poll(() => answers(`http://127.0.0.1:${port}/api/v1/health`)).toBe(false)
      await expect.poll(() => sh('sh', ['-c', `test -d /proc/${pid} && echo runs || true`])).toBe('')
    }
  }

  /** What every package must do, whichever way it is installed. */
  async lifeOf(
    newer: string,
    way: {
      install(age: 'older' | 'newer'): Promise<void>
      version(): Promise<string>
      remove(): Promise<void>
    },
  ) {
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    expect(Number((await sh('stat', ['--format=%s', newer])).trim()), 'packed size').toBeLessThan(LARGEST)

    await way.install('older')
    expect(await way.version()).toBe('0.0.1')
    for (const file of [
      '/usr/bin/hearth',
      '/usr/bin/hearth-desktop',
      '/usr/lib/systemd/user/hearth.service',
      '/usr/lib/systemd/system/hearth.service',
      '/usr/share/applications/Hearth.desktop',
      '/usr/share/icons/hicolor/128x128/apps/hearth-desktop.png',
    ])
      await this.run(`test -e '${file}'`)
    expect(await this.run('/usr/bin/hearth --version')).toMatch(/^hearth \d/)
    // Everything that the program is linked with came along.
    expect(await this.run('ldd /usr/bin/hearth-desktop')).not.toContain('not found')

    let stop = await this.serve(port)
    const ann = await foundTeam(base, 'Northlight Studio')
    await say(ann, 'Kept through the upgrade')
    await stop()

    await way.install('newer')
    expect(await way.version()).not.toBe('0.0.1')
    stop = await this.serve(port)
    const again = await signIn(base, 'ann')
    expect(JSON.stringify(await again.api.get('/bootstrap'))).toContain('Northlight Studio')
    await say(again, 'And after it')
    await stop()

    const data = 'cd /var/lib/hearth && find . -type f | sort | xargs sha256sum'
    const before = await this.run(data)
    await way.remove()
    await this.run('test ! -e /usr/bin/hearth')
    expect(await this.run(data)).toBe(before)
  }
}
