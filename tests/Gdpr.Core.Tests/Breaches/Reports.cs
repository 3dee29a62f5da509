using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>What the tests of breaches report again and again.</summary>
internal static class Reports
{
    public const string By = "data-protection-officer";

    public static readonly DateTimeZone Stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];

    public static BreachReport Lost(Instant? awareAt = null) => new("A laptop with marker-person's mail was stolen.", By, BreachKind.Confidentiality)
    {
        AwareAt = awareAt,
        Systems = ["crm"],
    };

    public static NoticeContent Everything() => new()
    {
        Nature = "A laptop was stolen.",
        PeopleCategories = "customers",
        People = 28,
        RecordCategories = "contact data",
        Records = 28,
        Contact = "privacy@shop.example",
        Consequences = "Unwanted mail.",
        Measures = "The account was locked.",
    };

    public static PeopleMessage Message { get; } = new("Your address was on a stolen laptop.", "privacy@shop.example", "You may get unwanted mail.", "Be careful with links.");

    public static BreachRegister Breaches(this Shop shop) => shop.Get<BreachRegister>();

    public static Instant At(int year, int month, int day, int hour, int minute) =>
        LocalTimes.ToInstant(new LocalDateTime(year, month, day, hour, minute), Stockholm);

    public static async Task<IReadOnlyList<string>> OpenTasksAsync(this Shop shop) =>
        [.. (await shop.Get<HumanTasks>().ListOpenAsync()).Select(task => task.Kind)];

    public static async Task<HumanTask> TaskAsync(this Shop shop, string kind) => (await shop.Get<HumanTasks>().ListOpenAsync()).Single(task => task.Kind == kind);

    public static Task<DataSubject> PersonAsync(this Shop shop, string id) =>
        shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(id)));

    /// <summary>A breach that is known, and of the risk given.</summary>
    public static async Task<string> AssessedAsync(this Shop shop, BreachRisk risk, Instant? awareAt = null)
    {
        var breach = await shop.Breaches().RecordAsync(Lost(awareAt ?? shop.Clock.GetCurrentInstant()));
        await shop.Breaches().AssessAsync(breach.Id, risk, "The disk was not encrypted.", By);
        return breach.Id;
    }
}
