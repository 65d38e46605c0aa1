import kafkajs from "kafkajs";
import { type KafkaClient, withAdmin } from "./client.ts";

/** A right that a principal has, on one topic or group or on all whose names begin so; the name is with prefix. */
export type Right = {
  readonly principal: string;
  readonly operation: "READ" | "WRITE" | "DESCRIBE" | "DELETE";
  readonly on: "topic" | "group";
  readonly name: string;
  readonly isPrefix: boolean;
};

/** Gives these rights; those that are there already stay. @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED */
export async function giveRights(client: KafkaClient, rights: readonly Right[]): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  await withAdmin(client, (admin) =>
    admin.createAcls({
      acl: rights.map(({ principal, operation, on, name, isPrefix }) => ({
        principal,
        host: "*",
        permissionType: AclPermissionTypes.ALLOW,
        operation: AclOperationTypes[operation],
        resourceType: on === "topic" ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
        resourceName: name,
        resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
      })),
    }),
  );
}
