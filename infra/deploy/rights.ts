import { TOPICS, type Topic } from "../../schemas/topics.ts";
import type { Right } from "../../services/shared/kafka/acls.ts";
import { SEARCH_GROUPS } from "../../services/shared/kafka/passing-reader.ts";

/** Principals that are given rights: each service has one of its own. */
export const PRINCIPALS = [
  "unit4-poller",
  "simon-projector",
  "workorder-archived",
  "order-writer",
  "log-sink",
  "console",
] as const;

type Names = {
  /** Before the names of topics and groups. */
  readonly topicPrefix: string;
  /** The principal of a service, such as `User:order-writer`, which is what it is called by default. */
  readonly principalOf: (service: string) => string;
};

/**
 * What each service may do in Kafka, as `schemas/topics.ts` implies: write to what it produces, read what it consumes or
 * looks up, in a group of its own name, and see that the pipeline's topics are there.
 */
export const rightsOf = ({ topicPrefix, principalOf }: Names): readonly Right[] =>
  PRINCIPALS.flatMap((service) => {
    const right = (
      operation: Right["operation"],
      on: Right["on"],
      name: string,
      isPrefix = false,
    ): Right => ({
      principal: principalOf(service),
      ...{ operation, on, name: topicPrefix + name, isPrefix },
    });
    const topics: readonly Topic[] = Object.values(TOPICS);
    const consumes = topics.some(({ consumers }) => consumers.includes(service));
    const searches = topics.some(({ searchedBy }) => searchedBy?.includes(service));
    return [
      ...topics.flatMap(({ name, producers, consumers, searchedBy }) => [
        right("DESCRIBE", "topic", name),
        ...(producers.includes(service) ? [right("WRITE", "topic", name)] : []),
        ...(consumers.includes(service) || searchedBy?.includes(service)
          ? [right("READ", "topic", name)]
          : []),
      ]),
      ...(consumes ? [right("READ", "group", service)] : []),
      // Groups of a moment, which go when it has passed.
      ...(searches
        ? (["READ", "DELETE"] as const).map((operation) => right(operation, "group", SEARCH_GROUPS, true))
        : []),
    ];
  });

/** One line for each right, as an operator reads or copies it. */
export const rightLine = ({ principal, operation, on, name, isPrefix }: Right): string =>
  `${principal} may ${operation} ${on} ${name}${isPrefix ? "*" : ""}`;
