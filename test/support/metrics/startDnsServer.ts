import { createSocket } from 'node:dgram';

/** Answers by name: addresses for A, `host:port` for SRV. */
export interface DnsRecords {
  readonly addresses: Record<string, readonly string[]>;
  readonly services: Record<string, readonly string[]>;
}

export interface TestDns extends AsyncDisposable {
  /** `127.0.0.1:port`, for `Resolver.setServers`. */
  readonly server: string;
  readonly records: DnsRecords;
}

const TYPE_A = 1;
const TYPE_SRV = 33;
const NAME_ERROR = 3;
const POINTER_TO_QUESTION = Buffer.from([0xc0, 0x0c]);

/** A real DNS server over UDP, as far as A and SRV records go (RFC 1035, RFC 2782). */
export async function startDnsServer(): Promise<TestDns> {
  const records: DnsRecords = { addresses: {}, services: {} };
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answer(query, records), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    records,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function answer(query: Buffer, { addresses, services }: DnsRecords): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.');
  const type = query.readUInt16BE(at + 1);
  const found =
    type === TYPE_SRV
      ? services[name]?.map(serviceData)
      : type === TYPE_A
        ? addresses[name]?.map((address) => Buffer.from(address.split('.').map(Number)))
        : [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (found === undefined ? NAME_ERROR : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found?.length ?? 0, 6);
  const question = query.subarray(12, at + 5);
  return Buffer.concat([header, question, ...(found ?? []).map((data) => record(type, data))]);
}

function record(type: number, data: Buffer): Buffer {
  const fields = Buffer.alloc(10);
  fields.writeUInt16BE(type, 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt32BE(30, 4);
  fields.writeUInt16BE(data.length, 8);
  return Buffer.concat([POINTER_TO_QUESTION, fields, data]);
}

function serviceData(service: string): Buffer {
  const [host = '', port = '0'] = service.split(':');
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(Number(port), 4);
  const labels = host.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}
