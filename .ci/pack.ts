/**
 * Builds the packages that live in other people's processes (protocol, bus, agent) to plain
 * JavaScript with declarations and packs each into a tarball under `build/pack/`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const packages = ['protocol', 'bus', 'agent'];
const output = join(root, 'build/pack');

type Manifest = { exports: Record<string, string>; [field: string]: unknown };

function publishedManifest(name: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')) as Manifest;
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([path, file]) => [
      path,
      { types: file.replace(/\.ts$/, '.d.ts'), default: file.replace(/\.ts$/, '.js') },
    ]),
  );
  const { devDependencies: _development, ...published } = manifest;
  return { ...published, exports, engines: { node: '>=20' } } as unknown as Manifest;
}

rmSync(join(root, 'build/js'), { recursive: true, force: true });
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
for (const name of packages) {
  const staged = join(root, 'build/js', name);
  writeFileSync(
    join(staged, 'package.json'),
    `${JSON.stringify(publishedManifest(name), null, 2)}\n`,
  );
  cpSync(join(root, 'LICENSE'), join(staged, 'LICENSE'));
  if (name === 'protocol')
    cpSync(join(root, 'protocol/schemas'), join(staged, 'schemas'), { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', output], {
    cwd: staged,
    stdio: 'inherit',
  });
}
