import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CRASH_POINTS,
  crashAtSetting,
  PUT_BACK_CRASH_POINTS,
  REPLAY_CRASH_POINTS,
  REREQUEST_CRASH_POINTS,
  RESYNC_CRASH_POINTS,
} from "../../../services/shared/crash-points.ts";
import { sourceFiles } from "../../support/source-files.ts";

test("CRASH_AT names a point, its pass, and whether the process dies or freezes there", () => {
  const [point] = CRASH_POINTS;
  assert.deepEqual(crashAtSetting.parse(`${point}:3`), { point, pass: 3, signal: "SIGKILL" });
  assert.deepEqual(crashAtSetting.parse(`${point}:1:freeze`), { point, pass: 1, signal: "SIGSTOP" });
  assert.equal(crashAtSetting.parse(undefined), undefined);
});

test("CRASH_AT refuses what would never strike, and says which points there are", () => {
  for (const wrong of ["", "nowhere:1", "attempt-begun", "attempt-begun:0", "attempt-begun:1:stop"])
    assert.throws(() => crashAtSetting.parse(wrong), /attempt-begun/, wrong);
});

test("every crash point stands in exactly one place of the services", () => {
  const passed = sourceFiles("services").flatMap(({ text }) =>
    [...text.matchAll(/crashPoint\("([^"]+)"\)/g)].map(([, name]) => name),
  );
  assert.deepEqual(
    passed.sort(),
    [
      ...CRASH_POINTS,
      ...REPLAY_CRASH_POINTS,
      ...PUT_BACK_CRASH_POINTS,
      ...RESYNC_CRASH_POINTS,
      ...REREQUEST_CRASH_POINTS,
    ].sort(),
  );
});
