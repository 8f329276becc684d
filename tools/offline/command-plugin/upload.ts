import { basename, join } from "node:path/posix";
import { stat } from "node:fs/promises";
import type { Client, SFTPWrapper } from "ssh2";
import type { Source } from "./wire.ts";

/** Status code "no such file" of the SFTP protocol. */
const noSuchFile = 2;

/** Copies an asset to the host over SFTP. A new file has the host's default mode; an existing file keeps its mode. */
export async function upload(client: Client, source: Source, remotePath: string): Promise<void> {
  if (source.from === "elsewhere") throw new Error("source must be a FileAsset or a StringAsset");
  const sftp = await start(client);
  try {
    const directory = await isDirectory(sftp, remotePath);
    if (source.from === "text") {
      if (directory) {
        throw new Error(`remote path ${remotePath} is a directory; when using a text asset, remotePath must be a file path`);
      }
      await named(`failed to create remote file ${remotePath}`, (done) => sftp.writeFile(remotePath, Buffer.from(source.text), done));
      return;
    }
    if ((await stat(source.path)).isDirectory()) throw new Error(`${source.path} is a directory, not a file`);
    const target = directory ? join(remotePath, basename(source.path)) : remotePath;
    await named(`failed to copy file ${source.path} to remote path ${target}`, (done) => sftp.fastPut(source.path, target, done));
  } finally {
    sftp.end();
  }
}

function start(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });
}

function isDirectory(sftp: SFTPWrapper, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    sftp.stat(path, (error, stats) => {
      if (!error) return resolve(stats.isDirectory());
      if ("code" in error && error.code === noSuchFile) return resolve(false);
      reject(new Error(`failed to stat remote path ${path}: ${error.message}`, { cause: error }));
    });
  });
}

/** Runs one SFTP call. Adds the purpose to its error. */
function named(purpose: string, call: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(new Error(`${purpose}: ${error.message}`, { cause: error })) : resolve()));
  });
}
