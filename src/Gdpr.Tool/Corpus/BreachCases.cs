using System.Text.Json.Nodes;
using Gdpr.Breaches;
using Gdpr.Policies;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of what a breach makes due.</summary>
internal static class BreachCases
{
    private const string Function = "data-protection-officer";

    private static readonly GdprPolicy Policy = PolicyReader.Read("""
        { "policy": "office", "version": "1", "effective": "2015-01-01",
          "controllers": { "office": { "name": "Office AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@office.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer",
            "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "email": "contact.email" } } } } },
          "activities": { "service": { "purpose": "service-provision", "basis": { "contract": { "necessity": "The service." } }, "data": ["crm.customers"],
            "retention": { "keep": "P1Y", "after": "ended" } } } }
        """).Policy!;

    /// <summary>Whether the authority is notified, people are told and controllers are, and by when.</summary>
    public static async ValueTask<JsonObject> DecideAsync(CorpusCase one)
    {
        var facts = CorpusFacts.Of(one, "reported", "aware", "risk", "capacity", "exception");
        var at = facts.At("reported") ?? throw one.Bad("'given.reported' is missing: state it");
        var capacity = facts.Word<ProcessingCapacity>("capacity") ?? ProcessingCapacity.Controller;
        return await CorpusHost.RunAsync(Policy, at, async provider =>
        {
            var register = provider.GetRequiredService<BreachRegister>();
            var breach = await register.RecordAsync(new BreachReport("Something was lost.", Function, BreachKind.Confidentiality)
            {
                AwareAt = facts.At("aware"),
                Capacity = capacity,
                Systems = ["crm"],
                Controllers = capacity == ProcessingCapacity.Processor ? [new BreachedController("client")] : [],
            }).ConfigureAwait(false);
            if (facts.Word<BreachRisk>("risk") is { } risk)
            {
                await register.AssessAsync(breach.Id, risk, "As it was found.", Function).ConfigureAwait(false);
            }

            if (facts.Word<CommunicationException>("exception") is { } exception)
            {
                var told = new PeopleMessage("Something was lost.", "privacy@office.example", "Little.", "We look into it.");
                await register.DecideCommunicationAsync(breach.Id, new CommunicationDecision(Function, "Considered.")
                {
                    Exception = exception,
                    Reasons = "As it was found.",
                    PublicMessage = exception == CommunicationException.Disproportionate ? told : null,
                }).ConfigureAwait(false);
            }

            return Result(await register.DutiesAsync(breach.Id).ConfigureAwait(false));
        }).ConfigureAwait(false);
    }

    private static JsonObject Result(IReadOnlyList<BreachDuty> duties)
    {
        var (notify, decide, controller) = (Find(BreachDutyCodes.NotifyAuthority), Find(BreachDutyCodes.DecideCommunication), Find(BreachDutyCodes.TellController));
        return new JsonObject
        {
            ["authority"] = notify is { IsOpen: true } ? "notify" : "do-not-notify",
            ["authorityBy"] = notify is { IsOpen: true } ? Local(notify.DueBy) : null,
            ["authorityArticle"] = notify?.Article,
            ["people"] = Find(BreachDutyCodes.Establish) is not null || Find(BreachDutyCodes.Assess) is { IsOpen: true } ? "not-known-yet"
                : decide is null ? "need-not-be-told"
                : Find(BreachDutyCodes.Publish) is not null ? "tell-in-public"
                : decide.IsOpen ? "tell" : "need-not-be-told",
            ["peopleBy"] = decide is { IsOpen: true } ? Local(decide.DueBy) : null,
            ["controllers"] = controller is null ? null : "tell",
            ["controllersBy"] = controller is null ? null : Local(controller.DueBy),
            ["establishBy"] = Find(BreachDutyCodes.Establish) is { } establish ? Local(establish.DueBy) : null,
            ["isRecorded"] = Find(BreachDutyCodes.Describe) is not null,
        };

        BreachDuty? Find(string code) => duties.FirstOrDefault(duty => duty.Code == code);
    }

    private static string Local(Instant instant) =>
        OffsetDateTimePattern.Rfc3339.Format(instant.InZone(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToOffsetDateTime());
}
