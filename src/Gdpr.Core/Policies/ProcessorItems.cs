namespace Gdpr.Policies;

/// <summary>The letters of Art. 28(3): each with the clause that meets it and the code of its absence.</summary>
internal static class ProcessorItems
{
    public static IReadOnlyList<ProcessorItem> All { get; } =
    [
        new('a', "instructions", FindingCodes.NoInstructionsClause, clauses => clauses.Instructions),
        new('b', "confidentiality", FindingCodes.NoConfidentialityClause, clauses => clauses.Confidentiality),
        new('c', "security", FindingCodes.NoSecurityClause, clauses => clauses.Security),
        new('d', "subProcessors", FindingCodes.NoSubProcessorsClause, clauses => clauses.SubProcessors),
        new('e', "requests", FindingCodes.NoRequestsClause, clauses => clauses.Requests),
        new('f', "assistance", FindingCodes.NoAssistanceClause, clauses => clauses.Assistance),
        new('g', "end", FindingCodes.NoEndClause, clauses => clauses.End),
        new('h', "audits", FindingCodes.NoAuditsClause, clauses => clauses.Audits),
    ];
}

/// <summary>A letter of Art. 28(3).</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Member">The member of the policy that names the clause.</param>
/// <param name="Code">The code of the finding where none is named.</param>
/// <param name="ClauseOf">The clause that an agreement names.</param>
internal sealed record ProcessorItem(char Letter, string Member, string Code, Func<ProcessorClauses, string?> ClauseOf);
