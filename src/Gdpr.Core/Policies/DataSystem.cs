using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>A registered system that holds personal data.</summary>
public sealed class DataSystem
{
    /// <summary>What the system is called.</summary>
    public LocalizedText? Title { get; init; }

    /// <summary>The function in the organisation that answers for the system.</summary>
    public string? Owner { get; init; }

    /// <summary>The country where the data is stored, as a two-letter ISO 3166 code.</summary>
    public string? Location { get; init; }

    /// <summary>The recipient that hosts the system, where somebody else does.</summary>
    [RefersTo(PolicySection.Recipients)]
    public string? Host { get; init; }

    /// <summary>Whether each controller's data is kept apart, so that no query crosses from one to another.</summary>
    public bool Segregated { get; init; }

    /// <summary>The risk assessment of the system (Art. 32(2)).</summary>
    [RefersTo(PolicySection.Assessments)]
    public string? RiskAssessment { get; init; }

    /// <summary>The longest time for which a backup of the system lives, after which erased data is gone from the last copy.</summary>
    public BackupPlan? Backup { get; init; }

    /// <summary>The sets of records that the system holds.</summary>
    [RequiredInPolicy]
    public IReadOnlyDictionary<string, DataSet> DataSets { get => field ?? PolicyMap<DataSet>.Empty; init; }
}

/// <summary>How long copies of a system live on in backups.</summary>
public sealed class BackupPlan
{
    /// <summary>The longest age of a backup.</summary>
    [RequiredInPolicy]
    public CalendarPeriod? Keep { get; init; }

    /// <summary>Whether backups are also kept of data that belongs to other controllers.</summary>
    public bool CoversProcessing { get; init; }
}
