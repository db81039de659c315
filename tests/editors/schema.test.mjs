// What yaml-language-server shows for Slipway files, with each of the ways to name the schema in docs/editor.md.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Editor } from './server.mjs';

const LINE = '# syntax=ghcr.io/acme/slipway:1\n';
const WRONG = 'images:\n  api:\n    go: ./cmd/api\n    node: ./web\n';

describe('the schema is found', () => {
  const found = ['`go` excludes this key'];
  const messages = (looked) => looked.found.map((text) => text.slice(text.indexOf(' ') + 1));

  test('by a comment', async (t) => {
    const editor = await Editor.open();
    t.after(() => editor.close());
    const comment = '# yaml-language-server: $schema=./slipway.schema.json\n';
    assert.deepEqual(messages(await editor.look(LINE + comment + WRONG, 'any.yaml')), found);
    assert.deepEqual(messages(await editor.look(LINE + WRONG, 'other.yaml')), []);
  });

  test('by the names of files', async (t) => {
    const editor = await Editor.open({ schemas: { './slipway.schema.json': ['slipway.yaml', '*.slipway.yaml'] } });
    t.after(() => editor.close());
    assert.deepEqual(messages(await editor.look(LINE + WRONG, 'slipway.yaml')), found);
    assert.deepEqual(messages(await editor.look(LINE + WRONG, 'web.slipway.yaml')), found);
    assert.deepEqual(messages(await editor.look(LINE + WRONG, 'other.yaml')), []);
  });
});

describe('with the schema', () => {
  let editor;
  before(async () => {
    editor = await Editor.open({ schemas: { './slipway.schema.json': ['*.yaml'] } });
  });
  after(() => editor.close());
  const image = (keys) => `images:\n  api:\n    go: ./cmd/api\n${keys}`;

  test('correct files have no findings', async () => {
    const text = image('    runtime: ghcr.io/acme/base:1\n    variants: { debug: { runtime: slim } }\n');
    assert.deepEqual((await editor.look(LINE + text)).found, []);
  });

  for (const [text, found] of [
    [image('    entripoint: [x]\n'), ['4:5 Property entripoint is not allowed.']],
    [
      'images:\n  api: { expose: [80] }\n',
      ['2:3 one of `build`, `go`, `node`, `python`, `rust`, `java`, `static`, `files`, `runtime` is missing'],
    ],
    [
      "images:\n  'a b': { go: . }\n",
      ['2:3 a name has letters, digits, `.`, `_` and `-`, and starts with a letter or a digit'],
    ],
    [image('    healthcheck: { http: ":80/", tcp: ":80" }\n'), ['4:34 `http` excludes this key']],
    [image('    healthcheck: 5\n'), ['4:18 a health check (a map, or `none`) is expected here']],
    [image('    variants: { v: { extends: x } }\n'), ['4:22 a variant cannot have this key']],
    [image('    develop: true\n'), ['4:5 only a variant can have `develop: true`']],
    [image('    stop_signal: [a]\n'), ['4:18 text is expected here']],
    [image('    env: { "${A}": b }\n'), ['4:12 `${…}` is not replaced in names; write the name itself']],
    [
      'builds: { api: { preset: goo } }\n',
      ['1:26 Value is not accepted. Valid values: "go", "node", "python", "rust", "java", "static".'],
    ],
    [
      'args: { a-b: c }\n' + image(''),
      ['1:9 an argument has letters, digits and `_` in its name, and starts with a letter or `_`'],
    ],
  ]) {
    test(`a mistake has a message: ${found[0]}`, async () => {
      assert.deepEqual((await editor.look(text)).found, found);
    });
  }

  test('keys are completed, each once', async () => {
    const { offered } = await editor.look('images:\n  api:\n    |\n');
    assert.ok(offered.includes('go') && offered.includes('healthcheck'), offered);
    // The server loses `doNotSuggest` next to `$ref`, which only the rule about health checks has.
    assert.deepEqual(offered.filter((key, place) => offered.indexOf(key) !== place && key !== 'healthcheck'), []);
  });

  test('short names of bases are completed, and others are allowed', async () => {
    const { offered } = await editor.look(image('    runtime: |\n'));
    for (const name of ['distroless', 'slim', 'static', 'base', 'cc', 'scratch']) {
      assert.ok(offered.includes(name), offered);
    }
  });

  test('descriptions are Markdown', async () => {
    const { hover } = await editor.look(image('    run|time: slim\n'));
    assert.ok(hover.startsWith('#### runtime\n\nThe base of the image: `scratch`, `static`'), hover);
    assert.ok(hover.includes('\n- `slim`: Debian with a shell'), hover);
    const words = await editor.look('builds:\n  api:\n    pre|set: go\n');
    assert.ok(words.hover.includes('* `go`: Go modules.'), words.hover);
  });
});
