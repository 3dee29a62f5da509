using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Policies.Lint;
using Gdpr.Subjects;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Consents;

/// <summary>Writes records from what the policy says and what happened: pure.</summary>
internal static class ConsentRecordWriter
{
    private const string Unknown = "unknown";

    /// <summary>The record of a consent as the policy describes it.</summary>
    /// <param name="terms">What the policy says.</param>
    /// <param name="subject">The person.</param>
    /// <param name="record">The record's id.</param>
    /// <param name="shown">The text shown; <see langword="null"/> where nobody knows.</param>
    /// <param name="collection">How it was collected.</param>
    /// <param name="isExplicit">Whether it is explicit.</param>
    public static ConsentRecord Write(ConsentTerms terms, DataSubject subject, string record, ShownText? shown, string collection, bool isExplicit)
    {
        var (policy, language) = (terms.Policy, ConsentQuestion.LanguageOf(shown?.Language ?? "en"));
        var controller = policy.Controllers[terms.Controller];
        Activity[] activities = [.. terms.Activities.Select(id => policy.Activities[id])];
        string[] recipients = [.. activities.SelectMany(activity => activity.Recipients).Select(disclosure => disclosure.Recipient).Distinct(StringComparer.Ordinal)];
        var purpose = policy.Purposes.Find(terms.Purpose) ?? Vocabulary.Purposes.Find(terms.Purpose);
        var question = ConsentQuestion.Of(terms, shown?.Language ?? "en");
        return new ConsentRecord
        {
            RecordId = record,
            PiiPrincipalId = subject.Key.ToString(),
            Processing = new ConsentRecordProcessing
            {
                PrivacyNotice = shown is null ? Unknown : $"{shown.Document} {shown.Version}",
                Language = shown?.Language ?? "und",
                Text = TextOf(policy, shown),
                Purposes =
                [
                    new ConsentRecordPurpose
                    {
                        Purpose = question.PurposeTitle,
                        PurposeType = purpose?.Dpv ?? terms.Purpose,
                        LawfulBasis = isExplicit ? "GDPR Art. 9(2)(a), 6(1)(a): explicit consent" : "GDPR Art. 6(1)(a): consent",
                        PiiInformation = DataOf(terms, language),
                        PiiControllers = [terms.Controller],
                        CollectionMethod = collection,
                        ProcessingMethod = string.Join("; ", activities.Select((activity, i) => activity.Title?.In(language) ?? terms.Activities[i])),
                        StorageLocations = [.. SystemsOf(terms).Select(pair => pair.System.Location is { } country ? $"{pair.Id} ({country})" : pair.Id)],
                        RetentionPeriod = string.Join("; ", activities.Select(RetentionOf)),
                        GeographicRestrictions = [.. CountriesOf(terms, controller, recipients).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                        Jurisdiction = controller.Country,
                        RecipientThirdParties = recipients,
                        WithdrawalMethod = question.Withdrawal,
                        PrivacyRights = [$"GDPR Art. 7(3), 15, 16, 17, 18, 20, 77: {controller.Contact}"],
                        AuthorityParty = controller.Authority,
                    },
                ],
            },
            PartyIdentification =
            [
                new ConsentRecordParty(terms.Controller, controller.Address ?? "", controller.Name, controller.Contact, "controller"),
                .. recipients.Select(id => new ConsentRecordParty(
                    id, policy.Recipients.Find(id)?.Country ?? "", policy.Recipients.Find(id)?.Name?.In(language) ?? id, policy.Recipients.Find(id)?.Endpoint ?? "",
                    "recipient")),
                new ConsentRecordParty(controller.Authority, controller.Country, controller.Authority, "", "authority"),
            ],
        };
    }

    /// <summary>An event of a record.</summary>
    public static ConsentRecordEvent EventOf(DataSubject subject, string type, ConsentData data, Instant occurredAt)
    {
        var phase = type switch
        {
            SubjectEntries.ConsentRequested => "requested",
            SubjectEntries.ConsentGiven or SubjectEntries.WithdrawalTakenBack => "given",
            SubjectEntries.ConsentRefused => "refused",
            SubjectEntries.ConsentWithdrawn => "withdrawn",
            SubjectEntries.ConsentExpired => "expired",
            _ => "invalidated",
        };
        var isPersons = phase is "given" or "refused" or "withdrawn" && type != SubjectEntries.WithdrawalTakenBack;
        return new ConsentRecordEvent(
            Text(occurredAt),
            phase is not ("given" or "requested") ? "ended" : data.ValidUntil is { } end ? $"until {Text(end)}" : "until withdrawn",
            !isPersons ? subject.Controller : data.ByGuardian ? "holder of parental responsibility" : subject.Key.ToString(),
            data.Reason ?? (data.ImportedFrom is not null ? "imported consent" : data.Explicit ? "explicit consent" : "consent"),
            phase);
    }

    private static string? TextOf(GdprPolicy policy, ShownText? shown) =>
        shown is not null && policy.Documents.Find(shown.Document) is { } document && document.Version == shown.Version
            ? ConsentQuestion.TextIn(document.Text, shown.Language) : null;

    private static IReadOnlyList<ConsentRecordData> DataOf(ConsentTerms terms, string language) =>
    [
        .. from set in ConsentTerms.DataSetsOf(terms.Policy, terms.Purpose, terms.Controller)
           from field in set.DataSet.Fields
           let path = $"{set.Path.DataSetPath}.{field.Key}"
           where terms.Field is null ? set.ActivitiesOf(field.Key).Intersect(terms.Activities, StringComparer.Ordinal).Any() : path == terms.Field
           let category = terms.Policy.Categories.Find(field.Value.Category) ?? Vocabulary.Categories.Find(field.Value.Category)
           select new ConsentRecordData(
               category?.Title?.In(language) ?? field.Value.Category, path, field.Value.Optional,
               terms.Policy.KindOf(field.Value.Category) == DataCategoryKind.SpecialCategory),
    ];

    private static IEnumerable<(string Id, DataSystem System)> SystemsOf(ConsentTerms terms) =>
        ConsentTerms.DataSetsOf(terms.Policy, terms.Purpose, terms.Controller).Select(set => set.Path.System).Distinct(StringComparer.Ordinal)
            .Select(id => (id, terms.Policy.Systems[id]));

    private static IEnumerable<string> CountriesOf(ConsentTerms terms, Controller controller, IEnumerable<string> recipients) =>
    [
        controller.Country, .. SystemsOf(terms).Select(pair => pair.System.Location).OfType<string>(),
        .. recipients.Select(id => terms.Policy.Recipients.Find(id)?.Country).OfType<string>(),
    ];

    private static string RetentionOf(Activity activity) =>
        activity.Retention is null ? "until the purpose ends" : $"by the rule {JsonSerializer.Serialize(activity.Retention, PolicyJsonContext.Default.RetentionRule)}";

    private static string Text(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}
