import java.time.OffsetDateTime;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.WorkordersApi;
import org.openapitools.client.model.ArchiveWorkorderRequest;
import org.openapitools.client.model.ReadWorkorderAnswer;

/** A customer's program: archives a workorder and prints the number of its order. org.openapitools.client is generated. */
public final class Program {
  public static void main(String[] args) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(args[0]);
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + args[1]));
    WorkordersApi workorders = new WorkordersApi(client);
    workorders.archiveWorkorder(
        "bos",
        new ArchiveWorkorderRequest()
            .workorderId("java")
            .workorderNumber("WB-2026-000003")
            .customerId("10001")
            .reportedReady(true)
            .workMinutes(120)
            .archivedAt(OffsetDateTime.now()));
    while (true) {
      try {
        ReadWorkorderAnswer found = workorders.readWorkorder("bos", "java");
        if (found.getState() == ReadWorkorderAnswer.StateEnum.SENT) {
          System.out.println(found.getOrderId());
          return;
        }
        if (found.getState() == ReadWorkorderAnswer.StateEnum.REFUSED) throw new IllegalStateException(found.getText());
      } catch (ApiException error) {
        if (error.getCode() != 404) throw error;
      }
      Thread.sleep(200);
    }
  }
}
