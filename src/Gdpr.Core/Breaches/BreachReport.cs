using Gdpr.Journals;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>A breach, or the suspicion of one, as somebody reports it.</summary>
/// <param name="Facts">What happened, as far as it is known. It may be personal: it is kept in the vault.</param>
/// <param name="By">The function in the organisation that records it: no person.</param>
/// <param name="Kinds">What was lost, at least one.</param>
public sealed record BreachReport(string Facts, string By, params IReadOnlyList<BreachKind> Kinds)
{
    /// <summary>The organisation of the policy; with exactly one declared, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>In which capacity the organisation processes the data.</summary>
    public ProcessingCapacity Capacity { get; init; }

    /// <summary>When it was known with reasonable certainty that a breach affected personal data: the clocks run from then. Where a processor tells of it, when it
    /// did. <see langword="null"/> while it is only suspected.</summary>
    public Instant? AwareAt { get; init; }

    /// <summary>When it began, inclusive, where that is known.</summary>
    public Instant? OccurredFrom { get; init; }

    /// <summary>When it ended, exclusive, where that is known.</summary>
    public Instant? OccurredUntil { get; init; }

    /// <summary>The systems concerned, as the policy declares them.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];

    /// <summary>The data sets concerned, by path, where not the systems as a whole.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>The recipient of the policy that told of it, where a processor did.</summary>
    public string? ToldBy { get; init; }

    /// <summary>As processor: the controllers whose data it concerns, at least one.</summary>
    public IReadOnlyList<BreachedController> Controllers { get; init; } = [];

    /// <summary>The clocks of other laws that run beside, by their ids in the registry of deadlines, such as <c>D-NIS2</c>.</summary>
    public IReadOnlyList<string> ParallelClocks { get; init; } = [];

    /// <summary>Its effects, as far as they are known. Kept in the vault.</summary>
    public string? Effects { get; init; }

    /// <summary>What is done about it. Kept in the vault.</summary>
    public string? Measures { get; init; }

    /// <summary>That a breach is reported: nothing of what.</summary>
    public override string ToString() => nameof(BreachReport);
}

/// <summary>What is told of a breach in words. It may be personal, and stands in the vault.</summary>
public sealed record BreachText
{
    /// <summary>What happened.</summary>
    public string? Facts { get; init; }

    /// <summary>Its effects.</summary>
    public string? Effects { get; init; }

    /// <summary>What is done about it.</summary>
    public string? Measures { get; init; }

    /// <summary>The reasons of what was decided: the assessment, the exception, that it was a false alarm.</summary>
    public string? Reasons { get; init; }

    /// <summary>Why the authority was notified after the 72 hours (Art. 33(1)).</summary>
    public string? DelayReasons { get; init; }

    /// <summary>What the authority was told.</summary>
    public NoticeContent? Notice { get; init; }

    /// <summary>What people are told, in clear and plain language (Art. 34(2)).</summary>
    public PeopleMessage? Message { get; init; }

    /// <summary>What is told in public (Art. 34(3)(c)).</summary>
    public PeopleMessage? PublicMessage { get; init; }

    /// <summary>What was considered about telling it in public.</summary>
    public string? PublicConsidered { get; init; }

    /// <summary>That there is a text: nothing of what it says.</summary>
    public override string ToString() => nameof(BreachText);

    /// <summary>Refuses what is no text.</summary>
    internal void Check(InputTexts texts)
    {
        texts.CheckText(Facts, "the facts of the breach");
        texts.CheckText(Effects, "the effects of the breach");
        texts.CheckText(Measures, "the measures against the breach");
        texts.CheckText(Reasons, "the reasons of the decision");
        texts.CheckText(DelayReasons, "the reasons of the delay");
        texts.CheckText(PublicConsidered, "what was considered about telling it in public");
        foreach (var text in new[]
                 {
                     Notice?.Nature, Notice?.PeopleCategories, Notice?.RecordCategories, Notice?.Contact, Notice?.Consequences, Notice?.Measures,
                 })
        {
            texts.CheckText(text, "what the authority is told");
        }

        foreach (var message in new[] { Message, PublicMessage })
        {
            texts.CheckText(message?.Nature, "what people are told of the nature");
            texts.CheckText(message?.Contact, "what people are told of the contact");
            texts.CheckText(message?.Consequences, "what people are told of the consequences");
            texts.CheckText(message?.Measures, "what people are told of the measures");
        }
    }
}

/// <summary>A text of a breach, where it came from and when.</summary>
/// <param name="Type">The type of the entry that it belongs to, such as <c>breach-assessed</c>.</param>
/// <param name="At">When that happened.</param>
/// <param name="Text">The text; <see langword="null"/> where it has been erased.</param>
public sealed record DatedBreachText(string Type, Instant At, BreachText? Text);

/// <summary>What the authority is told of a breach (Art. 33(3)). What is not known yet is left out and follows in phases (Art. 33(4)).</summary>
/// <remarks>What is filed with the authority becomes a public document: no more personal data than the article asks for.</remarks>
public sealed record NoticeContent
{
    /// <summary>(a): the nature of the breach.</summary>
    public string? Nature { get; init; }

    /// <summary>(a): the categories of people concerned.</summary>
    public string? PeopleCategories { get; init; }

    /// <summary>(a): about how many people.</summary>
    public long? People { get; init; }

    /// <summary>(a): the categories of records concerned.</summary>
    public string? RecordCategories { get; init; }

    /// <summary>(a): about how many records.</summary>
    public long? Records { get; init; }

    /// <summary>(b): the data protection officer, or another contact.</summary>
    public string? Contact { get; init; }

    /// <summary>(c): the likely consequences.</summary>
    public string? Consequences { get; init; }

    /// <summary>(d): the measures taken or proposed.</summary>
    public string? Measures { get; init; }

    /// <summary>The items that cannot be given: of those that the article asks for where possible (<see cref="NoticeItems.WherePossible"/>).</summary>
    public IReadOnlyList<string> NotPossible { get; init; } = [];

    /// <summary>That there is a content: nothing of what it says.</summary>
    public override string ToString() => nameof(NoticeContent);

    internal IEnumerable<string> Stated()
    {
        (string Item, bool IsStated)[] items =
        [
            (NoticeItems.Nature, Says(Nature)), (NoticeItems.PeopleCategories, Says(PeopleCategories)), (NoticeItems.People, People is not null),
            (NoticeItems.RecordCategories, Says(RecordCategories)), (NoticeItems.Records, Records is not null), (NoticeItems.Contact, Says(Contact)),
            (NoticeItems.Consequences, Says(Consequences)), (NoticeItems.Measures, Says(Measures)),
        ];
        return items.Where(item => item.IsStated).Select(item => item.Item);
    }

    private static bool Says(string? text) => !string.IsNullOrWhiteSpace(text);
}

/// <summary>What people are told of a breach, in clear and plain language (Art. 34(2)).</summary>
/// <param name="Nature">The nature of the breach.</param>
/// <param name="Contact">The data protection officer, or another contact (Art. 33(3)(b)).</param>
/// <param name="Consequences">The likely consequences (c).</param>
/// <param name="Measures">The measures taken or proposed, and what the person may do (d).</param>
public sealed record PeopleMessage(string Nature, string Contact, string Consequences, string Measures)
{
    /// <summary>That there is a message: nothing of what it says.</summary>
    public override string ToString() => nameof(PeopleMessage);
}

/// <summary>A notification to the authority that has been sent, or a supplement.</summary>
/// <param name="Content">What it says.</param>
/// <param name="By">The function in the organisation that sent it.</param>
public sealed record AuthorityNotification(NoticeContent Content, string By)
{
    /// <summary>When it was sent; <see langword="null"/> for now.</summary>
    public Instant? At { get; init; }

    /// <summary>Why the first came after the 72 hours, where it does (Art. 33(1)).</summary>
    public string? DelayReasons { get; init; }

    /// <summary>The authority's reference, where there is one: at most 64 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>That there is a notification: nothing of what it says.</summary>
    public override string ToString() => nameof(AuthorityNotification);
}

/// <summary>What is decided about telling people of a breach (Art. 34).</summary>
/// <param name="By">The function in the organisation that decides.</param>
/// <param name="PublicConsidered">What was considered about telling it in public, and what came of it.</param>
public sealed record CommunicationDecision(string By, string PublicConsidered)
{
    /// <summary>What each person affected is told; <see langword="null"/> where they are not told one by one.</summary>
    public PeopleMessage? Message { get; init; }

    /// <summary>Why they are not told one by one in spite of a high risk.</summary>
    public CommunicationException? Exception { get; init; }

    /// <summary>The reasons for the exception, or for telling nobody.</summary>
    public string? Reasons { get; init; }

    /// <summary>What is told in public; <see langword="null"/> where it is not. Needed with <see cref="CommunicationException.Disproportionate"/>.</summary>
    public PeopleMessage? PublicMessage { get; init; }

    /// <summary>When it was decided; <see langword="null"/> for now.</summary>
    public Instant? At { get; init; }

    /// <summary>That there is a decision: nothing of its texts.</summary>
    public override string ToString() => nameof(CommunicationDecision);
}
