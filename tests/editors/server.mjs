// A language server, as an editor uses it: files are opened, and it says what is wrong, what a key means, and what can
// be written at a place.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SCHEMA = fileURLToPath(new URL('../../docs/reference/slipway.schema.json', import.meta.url));

export class Editor {
  #child;
  #last = 0;
  #answers = new Map();
  #found = new Map();
  #buffer = Buffer.alloc(0);

  // Settings are those of the section `yaml`. The folder contains a copy of the schema.
  static async open(settings = {}) {
    const editor = new Editor();
    editor.folder = mkdtempSync(join(tmpdir(), 'slipway-editor-'));
    copyFileSync(SCHEMA, join(editor.folder, 'slipway.schema.json'));
    editor.settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, ...settings };
    editor.#child = spawn(process.execPath, [process.env.SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    editor.#child.stdout.on('data', (data) => editor.#read(data));
    const root = pathToFileURL(editor.folder).href;
    await editor.#ask('initialize', {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: 'test' }],
      capabilities: {
        textDocument: {
          hover: { contentFormat: ['markdown'] },
          completion: { completionItem: { snippetSupport: true } },
        },
        workspace: { configuration: true, workspaceFolders: true },
      },
    });
    editor.#send({ method: 'initialized', params: {} });
    editor.#send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml: editor.settings } } });
    return editor;
  }

  close() {
    this.#child.kill();
    rmSync(this.folder, { recursive: true });
  }

  // Opens a new file with this text, in which `|` marks the cursor.
  async look(text, name = `${++this.#last}.yaml`) {
    const mark = text.indexOf('|');
    const lines = text.slice(0, Math.max(mark, 0)).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1).length };
    const shown = mark < 0 ? text : text.slice(0, mark) + text.slice(mark + 1);
    writeFileSync(join(this.folder, name), shown);
    const uri = pathToFileURL(join(this.folder, name)).href;
    const published = new Promise((resolve) => this.#found.set(uri, resolve));
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: ++this.#last, text: shown } },
    });
    const found = (await published).map(({ range: { start }, message }) => {
      return `${start.line + 1}:${start.character + 1} ${message}`;
    });
    const at = { textDocument: { uri }, position };
    const hover = mark < 0 ? null : await this.#ask('textDocument/hover', at);
    const offered = mark < 0 ? null : await this.#ask('textDocument/completion', at);
    return { found, hover: hover?.contents?.value ?? '', offered: (offered?.items ?? []).map((item) => item.label) };
  }

  #ask(method, params) {
    const id = ++this.#last;
    const answer = new Promise((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    return answer;
  }

  #send(message) {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const head = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, Math.max(head, 0)))?.[1]);
      if (head < 0 || this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length));
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#receive(message);
    }
  }

  #receive({ id, method, params, result }) {
    if (method === 'textDocument/publishDiagnostics') {
      this.#found.get(params.uri)?.(params.diagnostics);
    } else if (method === 'workspace/configuration') {
      const settings = params.items.map(({ section }) => (section === 'yaml' ? this.settings : null));
      this.#send({ id, result: settings });
    } else if (method && id !== undefined) {
      this.#send({ id, result: null });
    } else {
      this.#answers.get(id)?.(result);
    }
  }
}
