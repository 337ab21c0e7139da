import type { Handler } from "../requests/pipeline";
import type { KeptSettings } from "../requests/kept-settings";

const EVENT_BRIDGE = "<EventBridgeConfiguration></EventBridgeConfiguration>";

/** Answers with the EventBridge setting: moto 5.2.1 accepts it, and leaves it out of its answer. */
export function bucketNotification(kept: KeptSettings): Handler {
  return async (request, next) => {
    const { bucket, operation } = request;
    const answer = await next(request);
    if (bucket === undefined || answer.status >= 300) return answer;
    if (operation === "PutBucketNotificationConfiguration") {
      if (request.body.includes("EventBridgeConfiguration")) kept.set(bucket, "event-bridge", { status: 200 });
      else kept.delete(bucket, "event-bridge");
    }
    if (operation !== "GetBucketNotificationConfiguration" || kept.get(bucket, "event-bridge") === undefined)
      return answer;
    const body = (answer.body ?? "")
      .toString()
      .replace(/(<NotificationConfiguration[^>]*?)(?:\/>|>)/, `$1>${EVENT_BRIDGE}`);
    return {
      ...answer,
      body: body.includes("</NotificationConfiguration>") ? body : `${body}</NotificationConfiguration>`,
    };
  };
}
