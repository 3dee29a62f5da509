using Gdpr.Relational.Coverage;
using Gdpr.Retention;

namespace Gdpr.Relational;

/// <content>What coverage asks of a source.</content>
public sealed partial class SqlSource : ICoveredSource
{
    SqlDatabase ICoveredSource.Database => _database;

    bool ICoveredSource.RequiresCoverage => false;

    CoveredParts ICoveredSource.Covered(RetentionSchedule schedule) => new(_mapping.Declared);
}
