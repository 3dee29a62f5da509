using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>The column at the end of a path over properties and navigations, and the tables on the way.</summary>
/// <param name="Property">The property at the end.</param>
/// <param name="Column">Where it is.</param>
/// <param name="Through">The tables on the way, from the record's own.</param>
/// <param name="IsMany">Whether the way goes over a collection.</param>
internal sealed record EfPath(IProperty Property, EfColumn Column, IReadOnlyList<JoinStep> Through, bool IsMany);

/// <summary>Follows paths from the records of an entity type.</summary>
internal sealed class EfPaths(EfModelMap map, Func<ITable, string> nameOf)
{
    private const int LongestSubject = 16;

    /// <summary>Follows a path.</summary>
    /// <param name="record">The records.</param>
    /// <param name="table">Their own table.</param>
    /// <param name="path">The path.</param>
    /// <param name="isSubject">Whether a reference at the end stands for its own records' person.</param>
    /// <param name="wrong">What is wrong with it.</param>
    /// <param name="meant">The property at the end, where it is known and several types of a hierarchy have one that is called so.</param>
    public EfPath? Follow(EfRecord record, ITable table, string path, bool isSubject, out string? wrong, IProperty? meant = null)
    {
        var walk = new Walk(record.Type, table, nameOf, type => map.Find(type) == record);
        var names = new Queue<string>(path.Split('.'));
        var hops = 0;
        wrong = null;
        while (names.TryDequeue(out var name))
        {
            if (walk.Property(name) is { } property)
            {
                if (names.Count > 0)
                {
                    wrong = $"'{name}' of {walk.Type.DisplayName()} is no reference, and '{path}' goes on after it";
                    return null;
                }

                return walk.End(meant?.Name == name && property.Name == name ? meant : property, isMeant: meant is not null, out wrong);
            }

            if (!walk.TryGo(name, out wrong))
            {
                return null;
            }

            if (names.Count > 0 || !walk.IsAtEntity)
            {
                continue;
            }

            if (!isSubject)
            {
                wrong = $"'{path}' ends at {walk.Type.DisplayName()}; name one of its properties";
                return null;
            }

            if (map.Find(walk.EntityType) is not { Subject: { } next } || ++hops > LongestSubject)
            {
                wrong = $"'{path}' ends at {walk.Type.DisplayName()}, of which no person is named; name the property with the person's id";
                return null;
            }

            foreach (var part in next.Split('.'))
            {
                names.Enqueue(part);
            }
        }

        wrong = $"'{path}' names no property";
        return null;
    }

    /// <summary>Where a path has got to.</summary>
    private sealed class Walk(IEntityType start, ITable table, Func<ITable, string> nameOf, Func<IEntityType, bool> isRecord)
    {
        private readonly List<JoinStep> _steps = [];
        private IEntityType _entity = start;
        private IComplexProperty? _complex;
        private ITable _table = table;
        private bool _isMany;

        public ITypeBase Type => _complex?.ComplexType ?? (ITypeBase)_entity;

        public IEntityType EntityType => _entity;

        public bool IsAtEntity => _complex is null;

        public IProperty? Property(string name) => _complex is not null
            ? _complex.ComplexType.FindProperty(name)
            : _entity.FindProperty(name) ?? Declared(type => type.FindDeclaredProperty(name)).FirstOrDefault();

        public EfPath? End(IProperty property, bool isMeant, out string? wrong)
        {
            wrong = null;
            if (!isMeant && _complex is null && !AreOne(property.Name, Declared(type => type.FindDeclaredProperty(property.Name)), found => [found], out wrong))
            {
                return null;
            }

            if (property.DeclaringType is IEntityType declaring && !MeanSame(_entity, declaring, _table, [property], isOwn: _steps.Count == 0, out wrong))
            {
                return null;
            }

            var tables = property.GetTableColumnMappings().Select(mapping => new EfColumn((ITable)mapping.TableMapping.Table, mapping.Column.Name)).ToArray();
            if (tables.Length == 0)
            {
                wrong = $"{Type.DisplayName()}.{property.Name} has no column of its own; name a property that has one";
                return null;
            }

            var column = tables.FirstOrDefault(found => found.Table == _table, tables[0]);
            if (column.Table != _table && !TryReach(column.Table, out wrong))
            {
                return null;
            }

            return new EfPath(property, column, [.. _steps], _isMany);
        }

        public bool TryGo(string name, out string? wrong)
        {
            wrong = null;
            var complex = _complex is not null ? _complex.ComplexType.FindComplexProperty(name)
                : _entity.FindComplexProperty(name) ?? Declared(type => type.FindDeclaredComplexProperty(name)).FirstOrDefault();
            if (complex is { IsCollection: false })
            {
                if (_complex is null
                    && !AreOne(name, Declared(type => type.FindDeclaredComplexProperty(name)), found => found.ComplexType.GetFlattenedProperties(), out wrong))
                {
                    return false;
                }

                _complex = complex;
                return true;
            }

            if (_complex is null && Navigation(name) is { } navigation)
            {
                return AreOne(name, Declared(type => type.FindDeclaredNavigation(name)), ColumnsOf, out wrong) && TryJoin(navigation, out wrong);
            }

            if (_complex is null && SkipNavigation(name) is { } skip)
            {
                _isMany = true;
                return AreOne(name, Declared(type => type.FindDeclaredSkipNavigation(name)), found => found.ForeignKey.Properties, out wrong)
                    && TryJoin(skip.ForeignKey, toDependent: true, out wrong) && TryJoin(skip.Inverse.ForeignKey, toDependent: false, out wrong);
            }

            wrong = $"{Type.DisplayName()} has no member '{name}'";
            return false;
        }

        private INavigation? Navigation(string name) => _entity.FindNavigation(name) ?? Declared(type => type.FindDeclaredNavigation(name)).FirstOrDefault();

        private ISkipNavigation? SkipNavigation(string name) =>
            _entity.FindSkipNavigation(name) ?? Declared(type => type.FindDeclaredSkipNavigation(name)).FirstOrDefault();

        /// <summary>What the types beneath the one that the way has got to declare by themselves; of the records' own none that are the records of something
        /// else.</summary>
        private IEnumerable<T> Declared<T>(Func<IEntityType, T?> find)
            where T : class => _entity.GetDerivedTypes().Where(type => _steps.Count > 0 || _entity.IsOwned() || isRecord(type)).Select(find).OfType<T>();

        private static IEnumerable<IProperty> ColumnsOf(INavigation navigation) =>
            navigation.ForeignKey.IsOwnership ? navigation.TargetEntityType.GetFlattenedProperties() : navigation.ForeignKey.Properties;

        /// <summary>Whether what several types of a hierarchy call alike is in the same columns: otherwise that of one type would be asked, and that of another
        /// never.</summary>
        private bool AreOne<T>(string name, IEnumerable<T> declared, Func<T, IEnumerable<IProperty>> propertiesOf, out string? wrong)
        {
            string[] places = [.. declared.Select(found => string.Join(", ", propertiesOf(found).SelectMany(property => property.GetTableColumnMappings())
                .Select(mapping => $"{nameOf((ITable)mapping.TableMapping.Table)}.{mapping.Column.Name}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            wrong = places.Length < 2 ? null
                : $"several types of {_entity.DisplayName()} have a '{name}' of their own, in different columns ({string.Join("; ", places)}), and one alone would be asked; "
                + $"let them share one with HasColumnName, or let {_entity.DisplayName()} have it";
            return wrong is null;
        }

        private bool TryJoin(INavigation navigation, out string? wrong)
        {
            _isMany |= navigation.IsCollection;
            return TryJoin(navigation.ForeignKey, !navigation.IsOnDependent, out wrong);
        }

        private bool TryJoin(IForeignKey key, bool toDependent, out string? wrong)
        {
            var (own, other) = toDependent ? (key.PrincipalKey.Properties, key.Properties) : (key.Properties, key.PrincipalKey.Properties);
            var target = toDependent ? key.DeclaringEntityType : key.PrincipalEntityType;
            var before = _entity;
            _entity = target;
            wrong = null;

            // An owned object in its owner's row is reached already.
            if (target.GetTableMappings().Any(mapping => mapping.Table == _table) && target.IsOwned() && key.IsOwnership)
            {
                return true;
            }

            if (TableWith(own, _table) is not { } from || (from != _table && !TryReach(from, out wrong)))
            {
                wrong ??= $"the way to {target.DisplayName()} has no columns in table '{nameOf(_table)}'";
                return false;
            }

            if (TableWith(other, null) is not { } to)
            {
                wrong = $"{target.DisplayName()} has no table of its own";
                return false;
            }

            // Whichever way it goes, the columns that refer say which rows are meant.
            if (!(toDependent ? MeanSame(target.GetRootType(), target, to, other, isOwn: false, out wrong)
                : MeanSame(before, key.DeclaringEntityType, from, own, isOwn: _steps.Count == 0, out wrong)))
            {
                return false;
            }

            Step(to, other.Zip(own).Select(pair => (ColumnIn(pair.First, to)!, ColumnIn(pair.Second, from)!)));
            return true;
        }

        /// <summary>Whether columns mean the same in every row that a way has got to: where rows of one type of a hierarchy are meant, those of another may hold
        /// something else in them, and would count too.</summary>
        /// <param name="among">The type whose rows there are.</param>
        /// <param name="meant">The type whose rows are meant, of the same hierarchy.</param>
        /// <param name="within">The table.</param>
        /// <param name="properties">What the columns hold.</param>
        /// <param name="isOwn">Whether the rows are the records themselves: those of each type count, and a member that is called alike means the same.</param>
        /// <param name="wrong">What is wrong with it.</param>
        private bool MeanSame(IEntityType among, IEntityType meant, ITable within, IReadOnlyList<IProperty> properties, bool isOwn, out string? wrong)
        {
            var columns = properties.Select(property => ColumnIn(property, within)).ToArray();
            var other = columns.Contains(null) ? null : among.GetDerivedTypesInclusive().FirstOrDefault(type => !type.IsAbstract() && !meant.IsAssignableFrom(type)
                && (!isOwn || isRecord(type)) && type.GetTableMappings().Any(mapping => mapping.Table == within)
                && properties.Zip(columns).All(pair => type.GetProperties().Any(
                    found => ColumnIn(found, within) == pair.Second && !(isOwn && found.Name == pair.First.Name))));
            wrong = other is null ? null
                : $"rows of table '{nameOf(within)}' that are {other.DisplayName()} hold something of their own in {string.Join(", ", columns)}, and would be taken for "
                + $"{meant.DisplayName()}; give each type a column of its own, or compute the value by an expression that asks for the type";
            return other is null;
        }

        /// <summary>From one table of an entity type to another that holds the rest of it, over the key that they share.</summary>
        private bool TryReach(ITable other, out string? wrong)
        {
            var key = _entity.FindPrimaryKey()?.Properties;
            if (key is null || !key.All(property => ColumnIn(property, _table) is not null && ColumnIn(property, other) is not null))
            {
                wrong = $"tables '{nameOf(_table)}' and '{nameOf(other)}' share no key of {_entity.DisplayName()}";
                return false;
            }

            wrong = null;
            Step(other, [.. key.Select(property => (ColumnIn(property, other)!, ColumnIn(property, _table)!))]);
            return true;
        }

        private void Step(ITable to, IEnumerable<(string Own, string Before)> on)
        {
            _steps.Add(new JoinStep { Table = nameOf(to), On = on.ToDictionary(pair => pair.Own, pair => pair.Before) });
            _table = to;
        }

        private static string? ColumnIn(IProperty property, ITable table) =>
            property.GetTableColumnMappings().FirstOrDefault(mapping => mapping.TableMapping.Table == table)?.Column.Name;

        private static ITable? TableWith(IReadOnlyList<IProperty> properties, ITable? preferred)
        {
            ITable[] tables = [.. properties[0].GetTableColumnMappings().Select(mapping => (ITable)mapping.TableMapping.Table)
                .Where(table => properties.All(property => ColumnIn(property, table) is not null))];
            return Array.Find(tables, table => table == preferred) ?? tables.FirstOrDefault();
        }
    }
}
