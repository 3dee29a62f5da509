using Gdpr.Policies;

namespace Gdpr.Processing;

/// <summary>An activity of the policy, resolved.</summary>
internal sealed class ProgramActivity
{
    public ProgramActivity(string id, int index, Activity activity, GdprPolicy policy)
    {
        (Id, Index, Activity) = (id, index, activity);
        var controllers = policy.Controllers;
        Controller = activity.Controller ?? (controllers.Count == 1 ? controllers.Keys.First() : null);
        Basis = activity.Capacity == ProcessingCapacity.Processor ? null : activity.Basis?.Kind;
        IsMarketing = MarketingPurposes.Has(policy, activity.Purpose);
        ConsentText = Basis == LawfulBasisKind.Consent ? activity.Basis!.Consent!.Text : null;
        NeedsExplicitConsent = Basis == LawfulBasisKind.Consent
            && (activity.Basis!.Consent!.Explicit || activity.Profiling is { SolelyAutomated: true, Requires: ProfilingRequirement.Consent });
        // Whoever sends on a controller's instruction leaves it to the controller that people have consented.
        NeedsMarketingConsent = activity.Capacity != ProcessingCapacity.Processor && Basis is not LawfulBasisKind.Consent
            && activity.ElectronicMarketing?.Ground == ElectronicMarketingGround.PriorConsent;
    }

    public string Id { get; }

    /// <summary>Its place among the program's activities.</summary>
    public int Index { get; }

    public Activity Activity { get; }

    public string Purpose => Activity.Purpose;

    /// <summary>The declared organisation that acts; <see langword="null"/> where the policy has several and the activity names none.</summary>
    public string? Controller { get; }

    /// <summary>The lawful basis; a processor has none of its own.</summary>
    public LawfulBasisKind? Basis { get; }

    public bool IsProcessor => Activity.Capacity == ProcessingCapacity.Processor;

    /// <summary>What a law lays on the controller ends by that law alone: neither objection nor erasure ends it (Art. 17(3)(b), 21(1)).</summary>
    public bool IsObligation => Basis == LawfulBasisKind.LegalObligation;

    public bool IsMarketing { get; }

    public bool NeedsConsent => Basis == LawfulBasisKind.Consent;

    /// <summary>The id of the text that consent is given to.</summary>
    public string? ConsentText { get; }

    public bool NeedsExplicitConsent { get; }

    /// <summary>Whether electronic messages need a consent beside the basis.</summary>
    public bool NeedsMarketingConsent { get; }
}
