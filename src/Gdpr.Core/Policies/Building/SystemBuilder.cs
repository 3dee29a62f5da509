namespace Gdpr.Policies.Building;

/// <summary>Describes a system that holds personal data.</summary>
public sealed class SystemBuilder
{
    private readonly BuildNotes _notes;
    private readonly Dictionary<string, DataSet> _dataSets = new(StringComparer.Ordinal);
    private LocalizedText? _title;
    private string? _owner;
    private string? _location;
    private string? _host;
    private bool _segregated;
    private string? _riskAssessment;
    private BackupPlan? _backup;

    private SystemBuilder(BuildNotes notes) => _notes = notes;

    /// <summary>What the system is called.</summary>
    /// <param name="en">In English.</param>
    /// <param name="sv">In Swedish.</param>
    public SystemBuilder Titled(string en, string? sv = null)
    {
        _notes.State("title", Texts.Of(en, sv), out _title);
        return this;
    }

    /// <summary>The function that answers for the system.</summary>
    /// <param name="owner">The function.</param>
    public SystemBuilder OwnedBy(string owner)
    {
        _notes.State("owner", owner, out _owner);
        return this;
    }

    /// <summary>Where the data is stored.</summary>
    /// <param name="country">A two-letter ISO 3166 code.</param>
    public SystemBuilder LocatedIn(string country)
    {
        _notes.State("location", country, out _location);
        return this;
    }

    /// <summary>Who hosts the system.</summary>
    /// <param name="recipient">A declared recipient.</param>
    public SystemBuilder HostedBy(string recipient)
    {
        _notes.State("host", recipient, out _host);
        return this;
    }

    /// <summary>Each controller's data is kept apart.</summary>
    public SystemBuilder Segregated()
    {
        _segregated = true;
        return this;
    }

    /// <summary>The risk assessment of the system (Art. 32(2)).</summary>
    /// <param name="assessment">A declared assessment.</param>
    public SystemBuilder AssessedBy(string assessment)
    {
        _notes.State("riskAssessment", assessment, out _riskAssessment);
        return this;
    }

    /// <summary>How long copies live on in backups.</summary>
    /// <param name="longest">The longest age of a backup, in ISO 8601.</param>
    /// <param name="coversProcessing">Whether data of other controllers is backed up too.</param>
    public SystemBuilder BackedUpFor(string longest, bool coversProcessing = false)
    {
        var backup = new BackupPlan { Keep = _notes.Of("backup").Period("keep", longest), CoversProcessing = coversProcessing };
        _notes.State("backup", backup, out _backup);
        return this;
    }

    /// <summary>A set of records that the system holds.</summary>
    /// <param name="id">The id within the system, without dots.</param>
    /// <param name="describe">Describes it.</param>
    public SystemBuilder DataSet(string id, Action<DataSetBuilder> describe) =>
        DataSet(id, DataSetBuilder.Make(_notes.Of("dataSets").Of(id), describe));

    /// <summary>A set of records that the system holds.</summary>
    /// <param name="id">The id within the system, without dots.</param>
    /// <param name="dataSet">The data set.</param>
    public SystemBuilder DataSet(string id, DataSet dataSet)
    {
        _notes.Of("dataSets").Declare(_dataSets, id, dataSet);
        return this;
    }

    internal static DataSystem Make(BuildNotes notes, Action<SystemBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new SystemBuilder(notes);
        describe(builder);
        return new DataSystem
        {
            Title = builder._title,
            Owner = builder._owner,
            Location = builder._location,
            Host = builder._host,
            Segregated = builder._segregated,
            RiskAssessment = builder._riskAssessment,
            Backup = builder._backup,
            DataSets = builder._dataSets,
        };
    }
}
