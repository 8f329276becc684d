import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { engineLog, type EngineLog } from "./engine-log.ts";
import { commandProvider, type CommandProvider } from "./provider.ts";
import type { Properties } from "./wire.ts";

/** Version of the official plugin that this one stands in for. */
const version = "1.2.1";

export interface Service {
  /** Port on 127.0.0.1. */
  port: number;
  /** Ends the service and all its calls. */
  close: () => void;
}

export interface ServiceOptions {
  /** Address of the engine; the engine tells it where it attaches to a running plugin. */
  engine?: string;
  /** Agent of connections that name none. */
  agentSocketPath: string | undefined;
}

/**
 * Serves the plugin to one engine. It implements the calls that this project's program causes, without Pulumi's library, which would take most
 * of the start.
 */
export async function serve({ engine, agentSocketPath }: ServiceOptions): Promise<Service> {
  const log = engineLog(engine);
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(services.ResourceProviderService, handlers(commandProvider(log.send, agentSocketPath), log));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const close = () => {
    server.forceShutdown();
    log.close();
  };
  return { port, close };
}

function handlers(provider: CommandProvider, log: EngineLog): grpc.UntypedServiceImplementation {
  return {
    attach: answering(({ request }: Call<plugins.PluginAttach>) => {
      log.connect(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: answering(() => {
      const info = new plugins.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    configure: answering(() => {
      const accepted = new messages.ConfigureResponse();
      accepted.setAcceptsecrets(true);
      accepted.setAcceptresources(true);
      accepted.setAcceptoutputs(true);
      return accepted;
    }),
    cancel: answering(() => {
      provider.cancel();
      return new empty.Empty();
    }),
    ...resourceHandlers(provider),
  };
}

function resourceHandlers(provider: CommandProvider): grpc.UntypedServiceImplementation {
  return {
    check: answering(({ request }: Call<messages.CheckRequest>) => {
      const { inputs, failures } = provider.check(request.getUrn(), propertiesOf(request.getNews()));
      const checked = new messages.CheckResponse();
      checked.setInputs(structOf(inputs));
      checked.setFailuresList(
        failures.map(({ property, reason }) => {
          const failure = new messages.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return checked;
    }),
    diff: answering(({ request }: Call<messages.DiffRequest>) => {
      const { changes, replaces } = provider.diff(request.getUrn(), propertiesOf(request.getOlds()), propertiesOf(request.getNews()));
      const difference = new messages.DiffResponse();
      difference.setChanges(changes ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE);
      difference.setReplacesList(replaces);
      return difference;
    }),
    create: answering(async ({ request }: Call<messages.CreateRequest>) => {
      const { id, state } = await provider.create(request.getUrn(), propertiesOf(request.getProperties()));
      const created = new messages.CreateResponse();
      created.setId(id);
      created.setProperties(structOf(state));
      return created;
    }),
    read: answering(({ request }: Call<messages.ReadRequest>) => {
      // A host tells nothing about a command that was run on it: the state stays.
      const read = new messages.ReadResponse();
      read.setId(request.getId());
      read.setProperties(request.getProperties());
      read.setInputs(request.getInputs());
      return read;
    }),
    update: answering(async ({ request }: Call<messages.UpdateRequest>) => {
      const updated = new messages.UpdateResponse();
      updated.setProperties(
        structOf(await provider.update(request.getUrn(), propertiesOf(request.getOlds()), propertiesOf(request.getNews()))),
      );
      return updated;
    }),
    delete: answering(async ({ request }: Call<messages.DeleteRequest>) => {
      await provider.delete(request.getUrn(), propertiesOf(request.getProperties()));
      return new empty.Empty();
    }),
  };
}

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/** Returns a handler that sends what `answer` returns, or the message of its error. */
function answering<Request>(answer: (call: Call<Request>) => unknown): grpc.handleUnaryCall<Request, unknown> {
  return (call, respond) => {
    new Promise((resolve) => resolve(answer(call))).then(
      (response) => respond(null, response),
      (error: unknown) => respond({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
    );
  };
}

function propertiesOf(given: struct.Struct | undefined): Properties {
  return given?.toJavaScript() ?? {};
}

function structOf(properties: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(properties);
}
