using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>The policy's agreements on a date: which are in force, which lapse soon, and whether each says what Art. 28(3) asks for. Pure.</summary>
public static class AgreementRegister
{
    /// <summary>Every agreement of a policy, ordinally by id.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="on">The local date.</param>
    public static IReadOnlyList<AgreementStatus> Of(GdprPolicy policy, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var ordered = policy.Agreements.OrderBy(agreement => agreement.Key, StringComparer.Ordinal);
        return [.. ordered.Select(agreement => StatusOf(policy, agreement.Key, agreement.Value, on))];
    }

    /// <summary>The agreements in force that end within some days after a date, the next first.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="on">The local date.</param>
    /// <param name="days">How many days.</param>
    public static IReadOnlyList<AgreementStatus> LapsingWithin(GdprPolicy policy, LocalDate on, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        return [.. Of(policy, on).Where(agreement => agreement.IsInForce && agreement.DaysLeft <= days).OrderBy(agreement => agreement.DaysLeft)];
    }

    /// <summary>One agreement on a date.</summary>
    internal static AgreementStatus StatusOf(GdprPolicy policy, string id, Agreement agreement, LocalDate on) => new(id, agreement)
    {
        On = on,
        IsInForce = !(agreement.From > on) && !(agreement.Until < on),
        DaysLeft = agreement.Until is { } until && until >= on ? Period.DaysBetween(on, until) : null,
        Items = agreement.Kind == AgreementKind.JointControllers ? [] : [.. ItemsOf(agreement)],
        Recipients = [.. policy.Recipients.Where(recipient => recipient.Value?.Agreement == id).Select(recipient => recipient.Key).Order(StringComparer.Ordinal)],
        Activities = [.. policy.Activities.Where(activity => activity.Value?.Agreement == id).Select(activity => activity.Key).Order(StringComparer.Ordinal)],
        Services = [.. policy.Services.Where(service => service.Value?.Agreement == id).Select(service => service.Key).Order(StringComparer.Ordinal)],
    };

    private static IEnumerable<AgreementItem> ItemsOf(Agreement agreement)
    {
        var terms = agreement.Terms;
        yield return Stated("subject", terms?.Subject?.ToString());
        yield return Stated("duration", terms?.Duration?.ToString());
        yield return Stated("categories", terms is null ? null : TextOf(terms.Categories, terms.ByInstruction));
        yield return Stated("subjects", terms is null ? null : TextOf(terms.Subjects, terms.ByInstruction));
        foreach (var item in ProcessorItems.All)
        {
            var clause = agreement.Clauses is { } clauses ? item.ClauseOf(clauses) : null;
            yield return new AgreementItem($"Art. 28(3)({item.Letter})", item.Member, Said(clause), string.IsNullOrWhiteSpace(clause) ? item.Code : null);
        }

        static AgreementItem Stated(string member, string? text) =>
            new("Art. 28(3)", member, Said(text), string.IsNullOrWhiteSpace(text) ? FindingCodes.NoProcessingTerms : null);
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string TextOf(IReadOnlyList<string> ids, bool isByInstruction) =>
        ids.Count == 0 ? "by instruction" : string.Join(", ", ids) + (isByInstruction ? ", and others by instruction" : "");
}

/// <summary>An agreement on a date.</summary>
/// <param name="Id">Its id in the policy.</param>
/// <param name="Agreement">What the policy says of it.</param>
public sealed record AgreementStatus(string Id, Agreement Agreement)
{
    /// <summary>The date.</summary>
    public LocalDate On { get; init; }

    /// <summary>Whether it has begun and not ended.</summary>
    public bool IsInForce { get; init; }

    /// <summary>How many days after the date it still is in force; <see langword="null"/> where it has no end, or has ended.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>What Art. 28(3) asks for, item by item, in the order of the article; none for an arrangement of joint controllers (Art. 26).</summary>
    public IReadOnlyList<AgreementItem> Items { get; init; } = [];

    /// <summary>The recipients that it is with, ordinally.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The activities that are carried out under it as processor, ordinally.</summary>
    public IReadOnlyList<string> Activities { get; init; } = [];

    /// <summary>The services that it is annexed to, ordinally.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Whether it says everything that Art. 28(3) asks for.</summary>
    public bool IsComplete => Items.All(item => item.Missing is null);
}

/// <summary>Something that Art. 28(3) asks an agreement to say.</summary>
/// <param name="Article">The article, paragraph and letter.</param>
/// <param name="Member">What it is, as the policy names it.</param>
/// <param name="Clause">What the agreement says, or the clause that says it; <see langword="null"/> where it does not.</param>
/// <param name="Missing">The code of the finding where it does not, such as <c>E-DPA-01</c>.</param>
public sealed record AgreementItem(string Article, string Member, string? Clause, string? Missing);
