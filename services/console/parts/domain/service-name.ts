/** The name of this service: on its messages, metrics, connections and consumer group. */
export const SERVICE = "console";
