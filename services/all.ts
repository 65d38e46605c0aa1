/** All services in one process: for an installation that is small enough for one machine. */
import { service as console } from "./console/main.ts";
import { service as logSink } from "./log-sink/main.ts";
import { service as orderWriter } from "./order-writer/main.ts";
import { environmentAs } from "./shared/config.ts";
import { runServices, type Service } from "./shared/service.ts";
import { service as simonProjector } from "./simon-projector/main.ts";
import { service as unit4Poller } from "./unit4-poller/main.ts";
import { service as workorderArchived } from "./workorder-archived/main.ts";

const services = [unit4Poller, simonProjector, workorderArchived, orderWriter, logSink, console];

/** Each in PostgreSQL as the role that it has in a process of its own. */
const asItself = (service: Service): Service => ({
  ...service,
  read: () => service.read(environmentAs(service.name)),
});

await runServices(services.map(asItself));
