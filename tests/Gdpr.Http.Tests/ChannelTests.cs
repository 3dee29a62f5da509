using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Gdpr.Http.Tests;

/// <summary>Recipients are told over HTTPS, and what they answer is taken for what it is.</summary>
public sealed class ChannelTests
{
    private const string Id = "0f1e2d3c4b5a49788796a5b4c3d2e1f0";
    private const string Uuid = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0";

    private static readonly InMemoryKeyRing Ring = InMemoryKeyRing.WithRandomKey();

    [Fact]
    public async Task A_request_has_the_shape_of_OpenDSR_and_is_signed_with_the_recipients_key()
    {
        await using var server = await RecipientServer.StartAsync();
        using var channel = Channel(options => options.CallbackUrl = new Uri("https://www.example.se/callback"));
        await channel.SendAsync(Erased(server), CancellationToken.None);

        var received = server.Requests.ShouldHaveSingleItem();
        (received.Method, received.Path).ShouldBe(("POST", "/opendsr/requests"));
        using var body = JsonDocument.Parse(received.Body);
        body.RootElement.GetProperty("subject_request_id").GetString().ShouldBe(Uuid);
        body.RootElement.GetProperty("subject_request_type").GetString().ShouldBe("erasure");
        body.RootElement.GetProperty("regulation").GetString().ShouldBe("gdpr");
        body.RootElement.GetProperty("submitted_time").GetString().ShouldBe("2026-11-22T12:00:00Z");
        body.RootElement.GetProperty("status_callback_urls")[0].GetString().ShouldBe("https://www.example.se/callback");
        body.RootElement.GetProperty("subject_identities")[0].GetProperty("identity_value").GetString().ShouldBe("marker@person.example");
        body.RootElement.GetProperty("extensions").GetProperty("gdpr.core").GetProperty("data")[0].GetString().ShouldBe("crm.customers.email");
        received.Headers["Idempotency-Key"].ShouldBe(Uuid);
        new RecipientKeys(Ring).Verify("mailer", received.Body, received.Headers[RecipientKeys.SignatureHeader], Clock.Now, Duration.FromMinutes(1)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_right_and_what_the_person_says_of_what_stays_go_with_a_rectification_and_with_nothing_else()
    {
        await using var server = await RecipientServer.StartAsync();
        using var channel = Channel();
        await channel.SendAsync(Erased(server) with
        {
            Kind = RecipientNoticeKind.Rectified,
            Corrections = new Dictionary<string, string?> { ["crm.customers.email"] = "right@person.example", ["crm.customers.phone"] = null },
            Statements = new Dictionary<string, string> { ["crm.customers.notes"] = "I never said so." },
        }, CancellationToken.None);
        await channel.SendAsync(Erased(server), CancellationToken.None);

        var told = server.Requests.Select(received => JsonDocument.Parse(received.Body).RootElement.GetProperty("extensions").GetProperty("gdpr.core")).ToArray();
        told[0].GetProperty("corrections").GetProperty("crm.customers.email").GetString().ShouldBe("right@person.example");
        told[0].GetProperty("corrections").GetProperty("crm.customers.phone").ValueKind.ShouldBe(JsonValueKind.Null);
        told[0].GetProperty("statements").GetProperty("crm.customers.notes").GetString().ShouldBe("I never said so.");
        (told[1].TryGetProperty("corrections", out _), told[1].TryGetProperty("statements", out _)).ShouldBe((false, false));
    }

    [Fact]
    public async Task Nothing_of_the_person_is_in_the_address_or_the_headers()
    {
        await using var server = await RecipientServer.StartAsync();
        using var channel = Channel();
        await channel.SendAsync(Erased(server) with { Attempt = 2 }, CancellationToken.None);
        foreach (var received in server.Requests)
        {
            (received.Path + string.Join(";", received.Headers.Values)).ShouldNotContain("marker", Case.Insensitive);
        }
    }

    [Theory]
    [InlineData(RecipientNoticeKind.Rectified, "rectification")]
    [InlineData(RecipientNoticeKind.Erased, "erasure")]
    [InlineData(RecipientNoticeKind.Restricted, "restriction")]
    [InlineData(RecipientNoticeKind.RestrictionLifted, "restriction-lifted")]
    [InlineData(RecipientNoticeKind.PurposeStopped, "purpose-stopped")]
    public void Every_kind_has_a_type(RecipientNoticeKind kind, string type) => HttpNotifications.TypeOf(kind).ShouldBe(type);

    [Theory]
    [InlineData(201, "", NotificationOutcome.Delivered)]
    [InlineData(200, "<html>welcome</html>", NotificationOutcome.Delivered)]
    [InlineData(200, "[]", NotificationOutcome.Delivered)]
    [InlineData(200, "{}", NotificationOutcome.Delivered)]
    [InlineData(200, """{ "request_status": "completed" }""", NotificationOutcome.Delivered)]
    [InlineData(200, """{ "subject_request_id": "11111111-1111-4111-8111-111111111111", "request_status": "completed" }""", NotificationOutcome.Delivered)]
    [InlineData(201, """{ "subject_request_id": "@", "received_time": "2026-11-22T12:00:01Z" }""", NotificationOutcome.Delivered)]
    [InlineData(200, """{ "subject_request_id": "@", "request_status": "pending" }""", NotificationOutcome.Delivered)]
    [InlineData(200, """{ "subject_request_id": "@", "request_status": "completed" }""", NotificationOutcome.Acknowledged)]
    [InlineData(200, """{ "subject_request_id": "@", "request_status": "cancelled" }""", NotificationOutcome.Rejected)]
    [InlineData(400, "", NotificationOutcome.Rejected)]
    [InlineData(401, """{ "subject_request_id": "@", "request_status": "completed" }""", NotificationOutcome.Rejected)]
    [InlineData(404, "", NotificationOutcome.Rejected)]
    [InlineData(408, "", NotificationOutcome.Unreachable)]
    [InlineData(429, "", NotificationOutcome.Unreachable)]
    [InlineData(500, "", NotificationOutcome.Unreachable)]
    [InlineData(503, """{ "subject_request_id": "@", "request_status": "completed" }""", NotificationOutcome.Unreachable)]
    public async Task An_answer_is_an_acknowledgement_only_where_it_says_so(int status, string answer, NotificationOutcome outcome)
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, status, answer.Replace("@", Uuid, StringComparison.Ordinal));
        using var channel = Channel();
        var reply = await channel.SendAsync(Erased(server), CancellationToken.None);
        (reply.Outcome, reply.Code).ShouldBe((outcome, outcome is NotificationOutcome.Delivered or NotificationOutcome.Acknowledged ? null : status == 200 ? "cancelled" : $"http-{status}"));
    }

    [Fact]
    public async Task A_receipt_is_an_acknowledgement_where_the_host_says_so()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, 201, $$"""{ "subject_request_id": "{{Uuid}}", "received_time": "2026-11-22T12:00:01Z" }""");
        using var channel = Channel(options => options.Acknowledgement = HttpAcknowledgement.Received);
        (await channel.SendAsync(Erased(server), CancellationToken.None)).Outcome.ShouldBe(NotificationOutcome.Acknowledged);
    }

    [Fact]
    public async Task Sent_again_it_asks_first_and_sends_only_what_the_recipient_does_not_know()
    {
        await using var server = await RecipientServer.StartAsync();
        var isKnown = true;
        server.Answer = (context, received) => received.Method == "GET"
            ? RecipientServer.JsonAsync(context, isKnown ? 200 : 404, $$"""{ "subject_request_id": "{{Uuid}}", "request_status": "in_progress" }""")
            : RecipientServer.JsonAsync(context, 201, "");
        using var channel = Channel();
        (await channel.SendAsync(Erased(server) with { Attempt = 2 }, CancellationToken.None)).Outcome.ShouldBe(NotificationOutcome.Delivered);
        server.Requests.Select(request => $"{request.Method} {request.Path}").ShouldBe([$"GET /opendsr/requests/{Uuid}"]);

        isKnown = false;
        await channel.SendAsync(Erased(server) with { Attempt = 3 }, CancellationToken.None);
        server.Requests.Select(request => request.Method).ShouldBe(["GET", "GET", "POST"]);
        server.Requests.Last().Headers["Idempotency-Key"].ShouldBe(Uuid);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var channel = Channel();
        var reply = await channel.SendAsync(To($"http://127.0.0.1:{port}/"), CancellationToken.None);
        (reply.Outcome, reply.Code).ShouldBe((NotificationOutcome.Unreachable, "unreachable"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_given_up()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var channel = Channel(options => options.Timeout = TimeSpan.FromMilliseconds(200));
        var reply = await channel.SendAsync(Erased(server), CancellationToken.None);
        (reply.Outcome, reply.Code).ShouldBe((NotificationOutcome.Unreachable, "timeout"));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = async (context, _) =>
        {
            for (var i = 0; i < 10_000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(new byte[1024]);
            }
        };
        using var channel = Channel(options => options.AnswerAtMost = 1024);
        var reply = await channel.SendAsync(Erased(server), CancellationToken.None);
        (reply.Outcome, reply.Code).ShouldBe((NotificationOutcome.Rejected, "answer-too-long"));
    }

    [Fact]
    public async Task A_redirect_to_another_server_is_not_followed()
    {
        await using var other = await RecipientServer.StartAsync();
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RedirectAsync(context, 307, new Uri(other.Address, "/opendsr/requests").AbsoluteUri);
        using var channel = Channel();
        (await channel.SendAsync(Erased(server), CancellationToken.None)).Code.ShouldBe("redirect-refused");
        other.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(307, 1)]
    [InlineData(308, 1)]
    [InlineData(301, 0)]
    [InlineData(302, 0)]
    [InlineData(303, 0)]
    public async Task A_redirect_on_the_same_server_is_followed_where_the_request_stays_what_it_is(int status, int followed)
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, received) => received.Path == "/elsewhere" ? RecipientServer.JsonAsync(context, 201, "") : RedirectAsync(context, status, "/elsewhere");
        using var channel = Channel();
        var reply = await channel.SendAsync(Erased(server), CancellationToken.None);
        reply.Code.ShouldBe(followed == 1 ? null : "redirect-refused");
        server.Requests.Count(request => request.Path == "/elsewhere" && request.Body.Length > 0).ShouldBe(followed);
    }

    [Fact]
    public async Task A_redirect_that_never_ends_is_given_up()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RedirectAsync(context, 307, "/again");
        using var channel = Channel();
        (await channel.SendAsync(Erased(server), CancellationToken.None)).Code.ShouldBe("redirect-refused");
        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var certificate = RecipientServer.Certificate();
        await using var server = await RecipientServer.StartAsync(certificate);
        using var channel = Channel();
        var reply = await channel.SendAsync(Erased(server), CancellationToken.None);
        (reply.Outcome, reply.Code).ShouldBe((NotificationOutcome.Unreachable, "tls-failed"));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_that_the_host_vouches_for_is_accepted()
    {
        using var certificate = RecipientServer.Certificate();
        await using var server = await RecipientServer.StartAsync(certificate);
        using var channel = Channel(options => options.CreateHandler = () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() },
        });
        (await channel.SendAsync(Erased(server), CancellationToken.None)).Outcome.ShouldBe(NotificationOutcome.Delivered);
    }

    [Theory]
    [InlineData("https://recipient.example/in", true)]
    [InlineData("http://127.0.0.1:5000/in", true)]
    [InlineData("http://localhost/in", true)]
    [InlineData("http://recipient.example/in", false)]
    [InlineData("http://127.0.0.1.recipient.example/in", false)]
    [InlineData("ftp://recipient.example/in", false)]
    [InlineData("https://user:secret@recipient.example/in", false)]
    [InlineData("recipient.example", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_encrypted_addresses_are_reached_and_the_machine_itself(string? endpoint, bool reaches)
    {
        using var channel = Channel();
        channel.Reaches("mailer", new Recipient { Endpoint = endpoint }).ShouldBe(reaches);
    }

    [Fact]
    public void Only_the_recipients_that_the_host_names_are_told_so()
    {
        using var channel = Channel(options => options.Recipients.Add("sms"));
        channel.Reaches("mailer", new Recipient { Endpoint = "https://recipient.example" }).ShouldBeFalse();
        channel.Reaches("sms", new Recipient { Endpoint = "https://recipient.example" }).ShouldBeTrue();
    }

    [Fact]
    public async Task The_host_adds_what_a_recipient_wants_to_see()
    {
        await using var server = await RecipientServer.StartAsync();
        using var channel = Channel(options => options.Authorize = (recipient, request, _) =>
        {
            request.Headers.Add("Authorization", $"Bearer {recipient}");
            return ValueTask.CompletedTask;
        });
        await channel.SendAsync(Erased(server), CancellationToken.None);
        server.Requests.ShouldHaveSingleItem().Headers["Authorization"].ShouldBe("Bearer mailer");
    }

    [Fact]
    public async Task Whoever_cancels_is_not_told_that_the_server_was_late()
    {
        await using var server = await RecipientServer.StartAsync();
        using var cancelling = new CancellationTokenSource();
        server.Answer = async (context, _) =>
        {
            await cancelling.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using var channel = Channel();
        await Should.ThrowAsync<OperationCanceledException>(async () => await channel.SendAsync(Erased(server), cancelling.Token));
    }

    private static Task RedirectAsync(HttpContext context, int status, string location)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    private static HttpNotifications Channel(Action<HttpNotificationOptions>? configure = null)
    {
        var options = new HttpNotificationOptions();
        configure?.Invoke(options);
        return new HttpNotifications(options, new RecipientKeys(Ring), new Clock());
    }

    private static OutgoingNotification Erased(RecipientServer server) => To(new Uri(server.Address, "/opendsr").AbsoluteUri);

    private static OutgoingNotification To(string endpoint) => new(
        Id, "mailer", new Recipient { Endpoint = endpoint }, RecipientNoticeKind.Erased, Instant.FromUtc(2026, 11, 22, 12, 0), new Controller { Name = "Office AB" })
    {
        Identities = [new PersonIdentity("email", "marker@person.example")],
        Data = ["crm.customers.email"],
    };

    /// <summary>Shows one instant; its timers are the machine's.</summary>
    private sealed class Clock : TimeProvider
    {
        public static Instant Now { get; } = Instant.FromUtc(2026, 11, 22, 12, 0);

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }
}
