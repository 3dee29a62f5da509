using NodaTime;

namespace Gdpr.Time;

/// <summary>The rows of the Swedish deadline registry.</summary>
internal static class SwedishDeadlines
{
    private static readonly LocalDate GdprApplies = new(2018, 5, 25);
    private static readonly LocalDate CybersecurityActInForce = new(2026, 1, 15);

    public static IEnumerable<DeadlineRule> All() =>
    [
        new()
        {
            Id = "D-12.3",
            ValidFrom = GdprApplies,
            Title = new("Answer to a request", "Svar på en begäran"),
            Trigger = new("the request is received", "begäran tas emot"),
            Limits =
            [
                DeadlineLimit.ByDefault("P14D", "internal target", "internt mål"),
                DeadlineLimit.ByLaw("P1M", "tell what was done", "besked om vad som gjorts"),
            ],
            MovesToWorkingDay = true,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 12(3)",
            Consequence = new(
                "Overdue: answer all the same, with the remedies open to the person.",
                "Försenat: svara ändå och ange vilka rättsmedel som finns."),
        },
        new()
        {
            Id = "D-12.3x",
            ValidFrom = GdprApplies,
            Title = new("Answer to a complex request, extended", "Svar på en komplicerad begäran, förlängd frist"),
            Trigger = new("the request is received", "begäran tas emot"),
            Limits =
            [
                DeadlineLimit.ByLaw("P1M", "tell of the extension, with reasons", "underrätta om förlängningen, med skäl"),
                DeadlineLimit.ByLaw("P3M", "tell what was done", "besked om vad som gjorts"),
            ],
            MovesToWorkingDay = true,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 12(3)",
            Consequence = new(
                "Without notice in time the extension is not valid and D-12.3 stands.",
                "Utan underrättelse i tid gäller inte förlängningen, utan D-12.3."),
        },
        new()
        {
            Id = "D-12.4",
            ValidFrom = GdprApplies,
            Title = new("Refusal of a request", "Avslag på en begäran"),
            Trigger = new(
                "the request is received; the refusal follows its decision at once",
                "begäran tas emot; avslaget lämnas så snart det är beslutat"),
            Limits =
            [
                DeadlineLimit.ByLaw("P1M", "refuse, with reasons and remedies", "avslå, med skäl och rättsmedel"),
            ],
            MovesToWorkingDay = true,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 12(4)",
            Consequence = new("A refusal has no extension.", "För avslag finns ingen förlängning."),
        },
        new()
        {
            Id = "D-21.2",
            ValidFrom = GdprApplies,
            Title = new("Objection to direct marketing", "Invändning mot direktmarknadsföring"),
            Trigger = new("the objection is received", "invändningen tas emot"),
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 21(2)-(3)",
            Consequence = new(
                "At once, and before the next send: no send may follow it.",
                "Genast och före nästa utskick: inget utskick får följa på den."),
        },
        new()
        {
            Id = "D-7.3",
            ValidFrom = GdprApplies,
            Title = new("Withdrawal of consent", "Återkallelse av samtycke"),
            Trigger = new("the withdrawal is received", "återkallelsen tas emot"),
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 7(3)",
            Consequence = new(
                "At once: processing that rests on the consent alone stops.",
                "Genast: behandling som bara vilar på samtycket upphör."),
        },
        new()
        {
            Id = "D-14",
            ValidFrom = GdprApplies,
            Title = new("Notice on data obtained elsewhere", "Information om uppgifter som hämtats från annan"),
            Trigger = new("the data are obtained", "uppgifterna erhålls"),
            Limits =
            [
                DeadlineLimit.ByLaw(
                    "P1M",
                    "inform, or earlier at the first contact or disclosure, which never move",
                    "informera, eller tidigare vid första kontakt eller utlämnande, som aldrig flyttas"),
            ],
            MovesToWorkingDay = true,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 14(3)",
            Consequence = new("Nothing is sent to the person without the notice.", "Inget skickas till personen utan informationen."),
        },
        new()
        {
            Id = "D-13.3",
            ValidFrom = GdprApplies,
            Title = new("Notice on a new purpose", "Information om ett nytt ändamål"),
            Trigger = new("processing for the new purpose begins", "behandlingen för det nya ändamålet börjar"),
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 13(3) and 14(4)",
            Consequence = new(
                "Before it begins; until then the new use is denied.",
                "Innan den börjar; till dess nekas den nya användningen."),
        },
        new()
        {
            Id = "D-18.3",
            ValidFrom = GdprApplies,
            Title = new("Notice before a restriction is lifted", "Underrättelse innan en begränsning upphör"),
            Trigger = new("the restriction is lifted", "begränsningen upphör"),
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 18(3)",
            Consequence = new("Before it is lifted; until then it stands.", "Innan den upphör; till dess står den kvar."),
        },
        new()
        {
            Id = "D-19",
            ValidFrom = GdprApplies,
            Title = new("Telling recipients", "Underrättelse till mottagare"),
            Trigger = new("data are rectified, erased or restricted", "uppgifter rättas, raderas eller begränsas"),
            Limits =
            [
                DeadlineLimit.ByDefault(
                    "P7D",
                    "tell each recipient, without undue delay",
                    "underrätta varje mottagare utan onödigt dröjsmål"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 19",
            Consequence = new(
                "Recipients go on using what is wrong, erased or restricted.",
                "Mottagare fortsätter att använda det felaktiga, raderade eller begränsade."),
        },
        new()
        {
            Id = "D-33.1",
            ValidFrom = GdprApplies,
            Title = new("Notification of a breach to the authority", "Anmälan av en personuppgiftsincident"),
            Trigger = new("the controller becomes aware of the breach", "den personuppgiftsansvarige får vetskap om incidenten"),
            Limits =
            [
                DeadlineLimit.ByLaw(72, "notify, without undue delay", "anmäl utan onödigt dröjsmål"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 33(1)",
            Consequence = new(
                "Late: notify all the same, with the reasons for the delay.",
                "Försenat: anmäl ändå, med skälen för förseningen."),
        },
        new()
        {
            Id = "D-33.2",
            ValidFrom = GdprApplies,
            Title = new("Telling the controller of a breach", "Underrättelse till den personuppgiftsansvarige om en incident"),
            Trigger = new("the processor becomes aware of the breach", "personuppgiftsbiträdet får vetskap om incidenten"),
            Limits =
            [
                DeadlineLimit.ByDefault(
                    24,
                    "tell each controller, without undue delay",
                    "underrätta varje personuppgiftsansvarig utan onödigt dröjsmål"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Processor,
            Article = "GDPR Art. 33(2)",
            Consequence = new("The controller's own clock starts late.", "Den personuppgiftsansvariges egen frist börjar sent."),
        },
        new()
        {
            Id = "D-33.4",
            ValidFrom = GdprApplies,
            Title = new("Supplement to a notified breach", "Komplettering av en anmäld incident"),
            Trigger = new("the first notification is made", "den första anmälan görs"),
            Limits =
            [
                DeadlineLimit.ByLaw("P4W", "send what was promised", "skicka det som utlovats"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 33(4)",
            Consequence = new("The authority (IMY) decides on what it has.", "Tillsynsmyndigheten (IMY) beslutar på det som finns."),
        },
        new()
        {
            Id = "D-34",
            ValidFrom = GdprApplies,
            Title = new("Telling the persons affected by a breach", "Information till dem som berörs av en incident"),
            Trigger = new("a high risk to them is found", "en hög risk för dem konstateras"),
            Limits =
            [
                DeadlineLimit.ByDefault(48, "tell them, without undue delay", "informera dem utan onödigt dröjsmål"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 34(1)",
            Consequence = new("The authority may order it.", "Tillsynsmyndigheten kan förelägga om det."),
        },
        new()
        {
            Id = "D-36.2",
            ValidFrom = GdprApplies,
            Title = new("Advice in a prior consultation", "Råd vid förhandssamråd"),
            Trigger = new("the authority receives the consultation", "myndigheten tar emot begäran om samråd"),
            Limits =
            [
                DeadlineLimit.ByLaw("P1M", "tell of an extension, with reasons", "underrätta om en förlängning, med skäl"),
                DeadlineLimit.ByLaw("P8W", "written advice", "skriftliga råd"),
                DeadlineLimit.ByLaw("P14W", "written advice, when extended by six weeks", "skriftliga råd, vid förlängning med sex veckor"),
            ],
            MovesToWorkingDay = true,
            Owner = DeadlineOwner.Authority,
            Article = "GDPR Art. 36(2)",
            Consequence = new("The processing does not start before.", "Behandlingen börjar inte dessförinnan."),
        },
        new()
        {
            Id = "D-28.3g",
            ValidFrom = GdprApplies,
            Title = new("Return or deletion at the end of a service", "Återlämnande eller radering när en tjänst upphör"),
            Trigger = new("the service ends", "tjänsten upphör"),
            Limits =
            [
                DeadlineLimit.ByDefault("P30D", "delete or return, copies included", "radera eller återlämna, även kopior"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Processor,
            Article = "GDPR Art. 28(3)(g)",
            Consequence = new("Every day more is processing without a basis.", "Varje dag därefter är behandling utan grund."),
        },
        new()
        {
            Id = "D-28.2",
            ValidFrom = GdprApplies,
            Title = new("Notice before a sub-processor is changed", "Underrättelse före byte av underbiträde"),
            Trigger = new("the notice of the change is given", "underrättelsen om ändringen lämnas"),
            Limits =
            [
                DeadlineLimit.ByDefault("P30D", "time to object", "tid att invända"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Processor,
            Article = "GDPR Art. 28(2)",
            Consequence = new("Silence means only what the contract says.", "Tystnad betyder bara det som avtalet säger."),
        },
        new()
        {
            Id = "D-77",
            ValidFrom = GdprApplies,
            Title = new("Answer to a complaint", "Svar på ett klagomål"),
            Trigger = new(
                "the complaint, and then the written request, reaches the authority",
                "klagomålet, och därefter den skriftliga begäran, når myndigheten"),
            Limits =
            [
                DeadlineLimit.ByLaw(
                    "P2W",
                    "decide on the complainant's request for an answer",
                    "besluta på den klagandes begäran om besked"),
                DeadlineLimit.ByLaw("P3M", "say whether supervision is opened", "besked om tillsyn inleds"),
            ],
            MovesToWorkingDay = true,
            CalendarId = SwedishHolidays.Law1930.Id,
            Owner = DeadlineOwner.Authority,
            Article = "GDPR Art. 77-78; SFS 2018:218 6:8 and 7:3 a",
            Consequence = new(
                "After three months the complainant may ask in writing; silence then is a refusal that can be appealed.",
                "Efter tre månader får den klagande skriftligen begära besked; tystnad är då ett avslag som kan överklagas."),
        },
        new()
        {
            Id = "D-RET",
            ValidFrom = GdprApplies,
            Title = new("Erasure at the end of retention", "Radering när lagringstiden är slut"),
            Trigger = new("the last day of the period has passed", "periodens sista dag har passerat"),
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.Controller,
            Article = "GDPR Art. 5(1)(e)",
            Consequence = new(
                "From the first day after it; only the technical grace that the policy states is left.",
                "Från första dagen därefter; bara det tekniska anstånd som policyn anger återstår."),
        },
        new()
        {
            Id = "D-NIS2",
            ValidFrom = CybersecurityActInForce,
            Title = new("Report of a significant incident", "Rapport om en betydande incident"),
            Trigger = new(
                "the entity becomes aware of the incident; for the report, its incident notification",
                "verksamhetsutövaren får vetskap om incidenten; för rapporten, incidentanmälan"),
            Limits =
            [
                DeadlineLimit.ByLaw(24, "early warning", "tidig varning"),
                DeadlineLimit.ByLaw(72, "incident notification", "incidentanmälan"),
                DeadlineLimit.ByLaw("P1M", "final report, after the notification", "slutrapport, efter anmälan"),
            ],
            MovesToWorkingDay = false,
            Owner = DeadlineOwner.CoveredEntity,
            Article = "SFS 2025:1506; Directive (EU) 2022/2555 Art. 23(4)",
            Consequence = new(
                "Runs beside the GDPR's clocks and replaces none of them.",
                "Löper vid sidan av GDPR:s frister och ersätter ingen av dem."),
        },
    ];
}
