using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The gate as one would write it down from the law: field by field, activity by activity, nothing prepared. What the compiled gate is held against.</summary>
internal static class NaiveGate
{
    private enum Word
    {
        No,
        Ask,
        Yes,
    }

    public static ProcessingOutcome Decide(GdprPolicy policy, ProcessingRequest request, ProcessorClient? client, DataSubject whose, SubjectState? state, Instant now)
    {
        var activities = policy.Activities.Where(one => one.Value.Purpose == request.Purpose && (request.Activity is null || one.Key == request.Activity)
            && MayActFor(policy, one.Value, request.Subject.Controller, client)).ToList();
        if (state is null || state.IsForgotten || string.IsNullOrEmpty(whose.Key.Value) || whose.Controller != request.Subject.Controller || activities.Count == 0)
        {
            return ProcessingOutcome.Denied;
        }

        if (Wanted(policy, request, activities.Select(one => one.Value)) is not { Count: > 0 } fields || !RoleMay(policy, request, fields))
        {
            return ProcessingOutcome.Denied;
        }

        var words = fields.Select(field =>
        {
            if (state.Restrictions.Any(one => one.Phase != RestrictionPhase.Lifted && Restricts(policy, one, field)) && !LooksPast(policy, request, field, state, now))
            {
                return Word.No;
            }

            return activities.Where(one => one.Value.Data.Contains(field.DataSetPath) || one.Value.Data.Contains(field.ToString()))
                .Select(one => Carries(policy, request, client, one.Key, one.Value, field, state, now)).DefaultIfEmpty(Word.No).Max();
        }).ToList();
        return words.Contains(Word.No) ? ProcessingOutcome.Denied : words.Contains(Word.Ask) ? ProcessingOutcome.NeedsHuman : ProcessingOutcome.Allowed;
    }

    private static bool MayActFor(GdprPolicy policy, Activity activity, string controller, ProcessorClient? client) => client?.Id == controller
        ? activity.Capacity == ProcessingCapacity.Processor
        : policy.Controllers.ContainsKey(controller) && activity.Capacity != ProcessingCapacity.Processor
            && (activity.Controller ?? (policy.Controllers.Count == 1 ? policy.Controllers.Keys.Single() : null)) == controller;

    private static List<DataPath>? Wanted(GdprPolicy policy, ProcessingRequest request, IEnumerable<Activity> activities)
    {
        var fields = new List<DataPath>();
        foreach (var reference in request.Data.Count > 0 ? request.Data : activities.SelectMany(activity => activity.Data))
        {
            var parts = reference.Split('.');
            if (policy.Systems.GetValueOrDefault(parts[0])?.DataSets.GetValueOrDefault(parts.ElementAtOrDefault(1) ?? "") is not { } set
                || (parts.Length > 2 && !set.Fields.ContainsKey(parts[2])))
            {
                return null;
            }

            fields.AddRange((parts.Length > 2 ? [parts[2]] : set.Fields.Keys).Select(field => new DataPath(parts[0], parts[1], field)));
        }

        return fields.Distinct().ToList();
    }

    private static bool RoleMay(GdprPolicy policy, ProcessingRequest request, List<DataPath> fields)
    {
        if (request.Actor is not { } actor || actor.Id.Length == 0 || policy.Roles.GetValueOrDefault(actor.Role) is not { } role || role.Service != actor.IsService)
        {
            return false;
        }

        return (!role.Delegated || (actor.Organisation is not null && actor.Organisation == request.SubjectOrganisation))
            && fields.All(field => role.May.Any(permission => permission.Purpose == request.Purpose
                && (permission.Categories.Count == 0 || permission.Categories.Contains(CategoryOf(policy, field)))));
    }

    private static Word Carries(
        GdprPolicy policy, ProcessingRequest request, ProcessorClient? client, string id, Activity activity, DataPath field, SubjectState state, Instant now)
    {
        var hard = client?.Id == request.Subject.Controller
            ? Instructed(policy, client, id, activity, field, now)
            : Lawful(policy, request, activity, field) && (activity.Agreement is null || Agreed(policy, activity, now));
        if (!hard || !Wills(policy, request, activity, field, state, now))
        {
            return Word.No;
        }

        var interest = client?.Id == request.Subject.Controller ? null : activity.Basis?.LegitimateInterest;
        var today = LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[policy.Controllers.Values.First().TimeZone]);
        return interest is null || (policy.Assessments.GetValueOrDefault(interest.Assessment ?? "") is
        { Kind: AssessmentKind.LegitimateInterest, Necessity: not null, Balance: not null } weighed && (weighed.On ?? today) <= today)
            ? Word.Yes : Word.Ask;
    }

    private static bool Instructed(GdprPolicy policy, ProcessorClient client, string id, Activity activity, DataPath field, Instant now)
    {
        var today = LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[client.Zone]);
        if (!Agreed(policy, activity, now) || today < client.From || today > (client.Until ?? LocalDate.MaxIsoValue) || client.Instruction is not { } instruction
            || !instruction.Activities.Contains(id) || today < instruction.From || today > (instruction.Until ?? LocalDate.MaxIsoValue))
        {
            return false;
        }

        var terms = policy.Agreements[activity.Agreement!].Terms;
        return Within(CategoryOf(policy, field), instruction.Categories, terms?.Categories ?? [], terms?.ByInstruction == true)
            && policy.Systems[field.System].DataSets[field.DataSet].Subject.All(subject =>
                Within(subject, instruction.Subjects, terms?.Subjects ?? [], terms?.ByInstruction == true));
    }

    private static bool Within(string one, IReadOnlyList<string> instructed, IReadOnlyList<string> agreed, bool further) => instructed.Count == 0
        ? agreed.Contains(one)
        : instructed.Contains(one) && (further || agreed.Count == 0 || agreed.Contains(one));

    private static bool Agreed(GdprPolicy policy, Activity activity, Instant now)
    {
        if (policy.Agreements.GetValueOrDefault(activity.Agreement ?? "") is not { } agreement)
        {
            return false;
        }

        var controller = policy.Controllers.GetValueOrDefault(activity.Controller ?? "") ?? policy.Controllers.Values.First();
        var today = LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[controller.TimeZone]);
        return today >= (agreement.From ?? LocalDate.MinIsoValue) && today <= (agreement.Until ?? LocalDate.MaxIsoValue);
    }

    /// <summary>Art. 6, 9, 10, 22, 87: what does not depend on the person.</summary>
    private static bool Lawful(GdprPolicy policy, ProcessingRequest request, Activity activity, DataPath field)
    {
        if (activity.Basis?.Kind is not { } basis)
        {
            return false;
        }

        var special = policy.KindOf(CategoryOf(policy, field)) == DataCategoryKind.SpecialCategory;
        var limb = activity.SpecialCategories?.Limb ?? "";
        var isFine = policy.KindOf(CategoryOf(policy, field)) switch
        {
            DataCategoryKind.SpecialCategory => limb switch
            {
                "a" => activity.Basis.Consent?.Explicit == true,
                "b" or "g" or "i" or "j" => !string.IsNullOrWhiteSpace(activity.SpecialCategories!.Law),
                "c" or "d" or "e" or "f" or "h" => true,
                _ => false,
            },
            DataCategoryKind.Offence => activity.Offences?.Ground is { } ground && (ground == OffenceGroundKind.LegalClaims || !string.IsNullOrEmpty(activity.Offences.Law)),
            DataCategoryKind.NationalIdentityNumber => activity.IdentityNumbers is { Ground: { } reason, Because.Length: > 0 }
                && (reason != IdentityNumberGround.Consent || basis == LawfulBasisKind.Consent),
            _ => true,
        };
        if (activity.Profiling is not { } profiling)
        {
            return isFine && request.Automation == ProcessingAutomation.None;
        }

        var isRequired = profiling.Requires switch
        {
            ProfilingRequirement.ContractNecessity => basis == LawfulBasisKind.Contract,
            ProfilingRequirement.Law => basis is LawfulBasisKind.LegalObligation or LawfulBasisKind.PublicTask,
            ProfilingRequirement.Consent => basis == LawfulBasisKind.Consent,
            _ => !profiling.SolelyAutomated,
        };
        var isSafe = !profiling.SolelyAutomated
            ? request.Automation != ProcessingAutomation.SolelyAutomatedDecision
            : (profiling.Requires == ProfilingRequirement.Law || !string.IsNullOrWhiteSpace(profiling.HumanReview)) && (!special || limb is "a" or "g")
                && !policy.Systems[field.System].DataSets[field.DataSet].Subject.Contains("child");
        return isFine && isRequired && isSafe;
    }

    /// <summary>Art. 7, 18, 21: what the person has said.</summary>
    private static bool Wills(GdprPolicy policy, ProcessingRequest request, Activity activity, DataPath field, SubjectState state, Instant now)
    {
        var whole = state.Consents.FirstOrDefault(one => one.Purpose == activity.Purpose && one.Field is null);
        var own = state.Consents.FirstOrDefault(one => one.Purpose == activity.Purpose && one.Field == field.ToString());
        if (own?.Phase == ConsentPhase.Given && whole is { Phase: ConsentPhase.Refused or ConsentPhase.Withdrawn } && whole.OccurredAt >= own.OccurredAt)
        {
            // With the purpose goes the field that was given for it before.
            own = null;
        }

        var isProcessor = activity.Capacity == ProcessingCapacity.Processor;
        var consent = isProcessor ? null : activity.Basis?.Consent;
        if (own?.Phase is ConsentPhase.Refused or ConsentPhase.Withdrawn || (consent is not null && !Consented(activity, consent, own ?? whole, now)))
        {
            return false;
        }

        var isDuty = !isProcessor && activity.Basis?.LegalObligation is not null;
        if (consent is null && !isDuty && whole is { Phase: ConsentPhase.Refused or ConsentPhase.Withdrawn or ConsentPhase.Expired })
        {
            // A fact ends the purpose that it names, whatever it rests on.
            return false;
        }

        if (!isProcessor && consent is null && activity.ElectronicMarketing?.Ground == ElectronicMarketingGround.PriorConsent && request.Channel is not ("post" or "phone")
            && !(whole is { Phase: ConsentPhase.Given } && whole.OccurredAt <= now && (whole.ValidUntil ?? Instant.MaxValue) > now))
        {
            return false;
        }

        var isMarketing = policy.Purposes.GetValueOrDefault(activity.Purpose)?.DirectMarketing == true;
        foreach (var objection in state.Objections)
        {
            var stands = objection.Phase is ObjectionPhase.Pending or ObjectionPhase.Upheld && now < (objection.Until ?? Instant.MaxValue);
            var concerns = objection.IsMarketing
                ? objection.Purposes.Contains(activity.Purpose) || (objection.Purposes.Count == 0 && isMarketing)
                : !isDuty && (objection.Purposes.Count == 0 || objection.Purposes.Contains(activity.Purpose));
            var isHere = objection.Channel is null || request.Channel is null || objection.Channel == request.Channel;
            var isPast = objection is { IsMarketing: false, Phase: ObjectionPhase.Pending } && LooksPast(policy, request, field, state, now);
            if (stands && concerns && isHere && !isPast)
            {
                return false;
            }
        }

        // Who consents after an end has the last word.
        return isDuty || !state.Endings.Any(ending => In(ending.Purposes, activity.Purpose) && In(ending.DataSets, field.DataSetPath) && !state.Consents.Any(
            consent => consent is { Field: null, Phase: ConsentPhase.Given } && consent.Purpose == activity.Purpose && consent.OccurredAt > ending.OccurredAt));
    }

    private static bool Consented(Activity activity, ConsentBasis basis, ConsentState? consent, Instant now) =>
        consent is { Phase: ConsentPhase.Given } && consent.OccurredAt <= now && now < (consent.ValidUntil ?? Instant.MaxValue)
        && (consent.Text is null || consent.Text == basis.Text)
        && (!(basis.Explicit || activity.Profiling is { SolelyAutomated: true, Requires: ProfilingRequirement.Consent }) || (consent.IsExplicit && consent.Text is not null));

    /// <summary>Art. 18(2): the uses that restricted data is open to.</summary>
    private static bool LooksPast(GdprPolicy policy, ProcessingRequest request, DataPath field, SubjectState state, Instant now)
    {
        if (request.RestrictedUse is null or AllowedUse.Consent)
        {
            var consent = state.Consents.FirstOrDefault(one => one.Purpose == request.Purpose && one.Field is null);
            var said = state.Restrictions.Where(one => one.Stands && Restricts(policy, one, field)).Select(one => one.OccurredAt)
                .Concat(state.Objections.Where(one => one.Stands(now) && In(one.Purposes, request.Purpose)).Select(one => one.OccurredAt));
            return request.RestrictedUse is not null && consent is { Phase: ConsentPhase.Given } && consent.OccurredAt <= now && now < (consent.ValidUntil ?? Instant.MaxValue)
                && said.All(at => at < consent.OccurredAt);
        }

        return true;
    }

    /// <summary>A data set that the policy does not know may be any of its system, or any at all.</summary>
    private static bool Restricts(GdprPolicy policy, RestrictionState restriction, DataPath field)
    {
        var unknown = restriction.DataSets.Select(path => path.Split('.')).Where(path => policy.Systems.GetValueOrDefault(path[0])?.DataSets.ContainsKey(path[1]) != true);
        return In(restriction.DataSets, field.DataSetPath) || unknown.Any(path => path[0] == field.System || !policy.Systems.ContainsKey(path[0]));
    }

    private static bool In(IReadOnlyList<string> scope, string one) => scope.Count == 0 || scope.Contains(one);

    private static string CategoryOf(GdprPolicy policy, DataPath field) => policy.Systems[field.System].DataSets[field.DataSet].Fields[field.Field!].Category;
}
