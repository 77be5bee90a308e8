import { expect, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers, freePort } from '../support/app.ts'
import { foundTeam, say, signIn } from '../support/people.ts'

const execute = promisify(execFile)
const deb = process.env['HEARTH_DEB'] ?? ''
/** Kept between runs, because making it takes minutes. */
const BASE = join(tmpdir(), 'hearth-clean-debian.tar')

let root: string

async function sh(command: string, parameters: string[]): Promise<string> {
  const { stdout } = await execute(command, parameters, { maxBuffer: 64 << 20 })
  return stdout
}

const inside = (command: string) =>
  sh('chroot', [root, '/bin/sh', '-c', `export DEBIAN_FRONTEND=noninteractive LC_ALL=C; ${command}`])

test.beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-clean-'))
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
  await inside('apt-get -qq update')
})

test.afterAll(async () => {
  await sh('sh', ['-c', `umount ${root}/proc ${root}/dev`]).catch(() => '')
  await rm(root, { recursive: true, force: true })
})

/** The same package under an older version. */
async function older(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-older-'))
  await sh('dpkg-deb', ['--raw-extract', deb, folder])
  const control = join(folder, 'DEBIAN/control')
  await writeFile(control, (await readFile(control, 'utf8')).replace(/^Version: .*$/m, 'Version: 0.0.1'))
  const file = join(root, 'older.deb')
  await sh('dpkg-deb', ['-Znone', '--build', folder, file])
  await rm(folder, { recursive: true })
  return '/older.deb'
}

/** What the system unit starts, with the directory that systemd would give it. */
async function serve(port: number): Promise<() => Promise<void>> {
  const unit = await readFile(join(root, 'usr/lib/systemd/system/hearth.service'), 'utf8')
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
  expect(command).toContain('--data /var/lib/hearth')
  await mkdir(join(root, 'var/lib/hearth'), { recursive: true })
  const on = command.replace(/--listen \S+/, `--listen 127.0.0.1:${port}`)
  const pid = (await inside(`${on} >/var/log/hearth.log 2>&1 & echo $!`)).trim()
  await expect.poll(() => answers(`http://127.0.0.1:${port}/api/v1/health`), { timeout: 20_000 }).toBe(true)
  return async () => {
    process.kill(Number(pid), 'SIGTERM')
    await expect.poll(() => answers(`http://127.0.0.1:${port}/api/v1/health`)).toBe(false)
    await expect.poll(() => sh('sh', ['-c', `test -d /proc/${pid} && echo runs || true`])).toBe('')
  }
}

test('the package installs in a clean system, serves, upgrades with its data kept, and goes without touching it', async () => {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const bytes = Number((await sh('stat', ['--format=%s', deb])).trim())
  expect(bytes, 'packed size').toBeLessThan(60_000_000)

  await inside(`apt-get -qq install --yes --no-install-recommends ${await older()}`)
  expect(await inside("dpkg-query --show --showformat '${Version}' hearth")).toBe('0.0.1')
  for (const file of [
    '/usr/bin/hearth',
    '/usr/bin/hearth-desktop',
    '/usr/lib/systemd/user/hearth.service',
    '/usr/lib/systemd/system/hearth.service',
    '/usr/share/applications/Hearth.desktop',
    '/usr/share/icons/hicolor/128x128/apps/hearth-desktop.png',
  ])
    await inside(`test -e '${file}'`)
  expect(await inside('/usr/bin/hearth --version')).toMatch(/^hearth \d/)
  // Everything that the program is linked with came along.
  expect(await inside('ldd /usr/bin/hearth-desktop')).not.toContain('not found')

  let stop = await serve(port)
  const ann = await foundTeam(base, 'Northlight Studio')
  await say(ann, 'Kept through the upgrade')
  await stop()

  await copyFile(deb, join(root, 'newer.deb'))
  await inside('apt-get -qq install --yes --no-install-recommends /newer.deb')
  expect(await inside("dpkg-query --show --showformat '${Version}' hearth")).not.toBe('0.0.1')
  stop = await serve(port)
  const again = await signIn(base, 'ann')
  expect(JSON.stringify(await again.api.get('/bootstrap'))).toContain('Northlight Studio')
  await say(again, 'And after it')
  await stop()

  const before = await inside('cd /var/lib/hearth && find . -type f | sort | xargs sha256sum')
  await inside('apt-get -qq purge --yes hearth')
  await inside('test ! -e /usr/bin/hearth')
  expect(await inside('cd /var/lib/hearth && find . -type f | sort | xargs sha256sum')).toBe(before)
})
