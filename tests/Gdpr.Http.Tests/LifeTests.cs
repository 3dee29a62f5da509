using System.Text;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Http.Tests;

/// <summary>From the disclosure to the acknowledgement, in the real container and against a real server.</summary>
public sealed class LifeTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    [Fact]
    public async Task A_recipient_that_is_down_is_told_when_it_is_back_and_calls_back_when_it_is_done()
    {
        await using var server = await RecipientServer.StartAsync();
        var status = 503;
        server.Answer = (context, received) => RecipientServer.JsonAsync(
            context, received.Method == "GET" ? 404 : status,
            received.Body.Length == 0 ? "" : $$"""{ "subject_request_id": "{{IdIn(received.Body)}}", "received_time": "2026-11-22T12:00:00Z" }""");
        var clock = new SettableClock(Now);
        await using var host = Host(server, clock);
        var id = await NotifyAsync(host);
        await PumpAsync(host, clock);
        (await FindAsync(host, id)).Problem.ShouldBe("http-503");

        status = 201;
        clock.Advance(Duration.FromMinutes(1));
        await PumpAsync(host, clock);
        (await FindAsync(host, id)).State.ShouldBe(NotificationState.Sent);
        server.Requests.Where(request => request.Method == "POST").Select(request => request.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();

        var body = Encoding.UTF8.GetBytes($$"""{ "subject_request_id": "{{Guid.ParseExact(id, "N")}}", "request_status": "completed" }""");
        var keys = host.GetRequiredService<RecipientKeys>();
        var callbacks = host.GetRequiredService<HttpCallbacks>();
        (await callbacks.ReceiveAsync(body, null)).ShouldBe(CallbackOutcome.NotSigned);
        (await callbacks.ReceiveAsync(body, keys.Sign("other", body, clock.GetCurrentInstant()))).ShouldBe(CallbackOutcome.NotSigned);
        (await FindAsync(host, id)).IsOutstanding.ShouldBeTrue();

        (await callbacks.ReceiveAsync(body, keys.Sign("mailer", body, clock.GetCurrentInstant()))).ShouldBe(CallbackOutcome.Acknowledged);
        (await callbacks.ReceiveAsync(body, keys.Sign("mailer", body, clock.GetCurrentInstant()))).ShouldBe(CallbackOutcome.Acknowledged);
        (await FindAsync(host, id)).State.ShouldBe(NotificationState.Acknowledged);
        (await host.GetRequiredService<RecipientNotifications>().ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "subject_request_id": "@", "request_status": "in_progress" }""", CallbackOutcome.Noted)]
    [InlineData("""{ "subject_request_id": "@", "request_status": "cancelled" }""", CallbackOutcome.Noted)]
    [InlineData("""{ "subject_request_id": "@" }""", CallbackOutcome.Noted)]
    [InlineData("""{ "subject_request_id": "11111111-1111-4111-8111-111111111111", "request_status": "completed" }""", CallbackOutcome.Unknown)]
    [InlineData("""{ "subject_request_id": "../../secret", "request_status": "completed" }""", CallbackOutcome.Unknown)]
    [InlineData("""{ "request_status": "completed" }""", CallbackOutcome.Unknown)]
    [InlineData("not json", CallbackOutcome.Unknown)]
    [InlineData("", CallbackOutcome.Unknown)]
    public async Task A_callback_that_does_not_say_that_it_is_done_changes_nothing(string text, CallbackOutcome outcome)
    {
        await using var server = await RecipientServer.StartAsync();
        var clock = new SettableClock(Now);
        await using var host = Host(server, clock);
        var id = await NotifyAsync(host);
        var body = Encoding.UTF8.GetBytes(text.Replace("@", Guid.ParseExact(id, "N").ToString(), StringComparison.Ordinal));
        (await host.GetRequiredService<HttpCallbacks>().ReceiveAsync(body, host.GetRequiredService<RecipientKeys>().Sign("mailer", body, Now))).ShouldBe(outcome);
        (await FindAsync(host, id)).IsOutstanding.ShouldBeTrue();
    }

    [Fact]
    public async Task A_callback_of_any_size_is_not_read()
    {
        await using var server = await RecipientServer.StartAsync();
        await using var host = Host(server, new SettableClock(Now));
        (await host.GetRequiredService<HttpCallbacks>().ReceiveAsync(new byte[1024 * 1024], null)).ShouldBe(CallbackOutcome.Unknown);
    }

    [Fact]
    public async Task The_id_of_a_notification_is_in_the_form_that_recipients_expect()
    {
        await using var server = await RecipientServer.StartAsync();
        await using var host = Host(server, new SettableClock(Now));
        var id = Guid.ParseExact(await NotifyAsync(host), "N");
        (id.Version, id.Variant >> 2).ShouldBe((4, 2));
    }

    [Fact]
    public async Task A_recipient_that_refuses_is_for_people_to_see_to()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, 403, "");
        var clock = new SettableClock(Now);
        await using var host = Host(server, clock);
        await NotifyAsync(host);
        await PumpAsync(host, clock);
        (await host.GetRequiredService<HumanTasks>().ListOpenAsync()).Single(task => task.Kind == "notify-recipient").Reason.ShouldBe("http-403");
    }

    [Fact]
    public void Options_that_cannot_work_stop_the_start()
    {
        foreach (var configure in new Action<HttpNotificationOptions>[]
        {
            options => options.CallbackUrl = new Uri("http://www.example.se/callback"),
            options => options.Timeout = TimeSpan.Zero,
            options => options.AnswerAtMost = 1,
            options => options.Path = "https://elsewhere.example/",
            options => options.Path = "../requests",
        })
        {
            var services = new ServiceCollection();
            services.AddGdpr(gdpr => gdpr.UseInMemoryStores().UseHttpNotifications(configure));
            using var provider = services.BuildServiceProvider();
            Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IOptions<HttpNotificationOptions>>().Value);
        }
    }

    [Fact]
    public async Task Registering_twice_sends_once()
    {
        await using var server = await RecipientServer.StartAsync();
        var clock = new SettableClock(Now);
        await using var host = Host(server, clock, gdpr => gdpr.UseHttpNotifications().UseHttpNotifications());
        await NotifyAsync(host);
        await PumpAsync(host, clock);
        server.Requests.Count.ShouldBe(1);
        host.GetServices<INotificationChannel>().Count().ShouldBe(1);
    }

    private static string IdIn(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("subject_request_id").GetString()!;
    }

    private static async Task<string> NotifyAsync(ServiceProvider host)
    {
        var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("customer-1")));
        (await host.GetRequiredService<DisclosureService>().DiscloseAsync(new DisclosureRequest("mailer", "service-provision", "crm.customers.email"), person)).IsAllowed.ShouldBeTrue();
        return (await host.GetRequiredService<RecipientNotifications>().NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Erased, "request-1"))).ShouldHaveSingleItem().Id;
    }

    private static async Task<RecipientNotification> FindAsync(ServiceProvider host, string id) => (await host.GetRequiredService<RecipientNotifications>().FindAsync(id))!;

    private static async Task PumpAsync(ServiceProvider host, SettableClock clock) =>
        (await host.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps.ShouldAllBe(step => step.Reason == null);

    private static ServiceProvider Host(RecipientServer server, SettableClock clock, Action<GdprBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicyJson(Policy(new Uri(server.Address, "/opendsr"))).UseInMemoryStores().UseHttpNotifications();
            configure?.Invoke(gdpr);
        });
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static string Policy(Uri endpoint) => $$"""
        { "policy": "office", "version": "1", "effective": "2026-01-01",
          "controllers": { "office": { "name": "Office AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@office.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "email": "contact.email" } } } } },
          "recipients": { "mailer": { "name": "Mailer AB", "kind": "processor", "country": "SE", "agreement": "mailer", "endpoint": "{{endpoint}}" } },
          "agreements": { "mailer": { "title": "Mailer", "kind": "withProcessor", "from": "2026-01-01",
            "clauses": { "instructions": "3", "confidentiality": "4", "security": "5", "subProcessors": "6", "requests": "7", "assistance": "8", "end": "9", "audits": "10" },
            "terms": { "subject": "Mail", "duration": "Until ended", "categories": ["contact.email"], "subjects": ["customer"] } } },
          "activities": { "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" },
            "recipients": [ { "recipient": "mailer", "data": ["crm.customers.email"] } ] } } }
        """;
}
