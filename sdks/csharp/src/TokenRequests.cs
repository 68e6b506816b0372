using System.Collections.Generic;

namespace Gatepass.Sdk
{
    /// <summary>A wish for a token, by password or by trusted secret. What is null is not sent.</summary>
    public abstract class TokenRequest : Model
    {
        internal TokenRequest()
        {
        }

        [Wire("username")] public string Username { get; set; }

        [Wire("password", Secret = true)] public string Password { get; set; }

        [Wire("secret_key", Secret = true)] public string SecretKey { get; set; }

        [Wire("validity_time_in_sec")] public int? ValidityTimeInSec { get; set; }

        [Wire("email")] public string Email { get; set; }

        [Wire("display_name")] public string DisplayName { get; set; }

        [Wire("auto_create")] public bool? AutoCreate { get; set; }
    }

    /// <summary>A token for all that the user may do.</summary>
    public class FullTokenRequest : TokenRequest
    {
        [Wire("org_id")] public int? OrgId { get; set; }

        [Wire("group_identifiers")] public IReadOnlyList<string> GroupIdentifiers { get; set; }

        [Wire("user_parameters")] public UserParameters UserParameters { get; set; }
    }

    /// <summary>A token for one object alone.</summary>
    public sealed class ObjectTokenRequest : FullTokenRequest
    {
        [Wire("object_id")] public string ObjectId { get; set; }
    }

    /// <summary>A signed token that carries the user's attributes.</summary>
    public sealed class CustomTokenRequest : TokenRequest
    {
        /// <summary>An Org by name or id.</summary>
        [Wire("org_identifier")] public Scalar OrgIdentifier { get; set; }

        [Wire("persist_option")] public PersistOption? PersistOption { get; set; }

        [Wire("reset_option")] public IReadOnlyList<ResetOption> ResetOption { get; set; }

        [Wire("filter_rules")] public IReadOnlyList<FilterRule> FilterRules { get; set; }

        [Wire("parameter_values")] public IReadOnlyList<NamedValues> ParameterValues { get; set; }

        [Wire("variable_values")] public IReadOnlyList<NamedValues> VariableValues { get; set; }

        [Wire("objects")] public IReadOnlyList<DataObject> Objects { get; set; }

        [Wire("groups")] public IReadOnlyList<GroupIdentifier> Groups { get; set; }
    }

    /// <summary>Rows that the user sees: the column's value compared with these.</summary>
    public sealed class FilterRule : Model
    {
        [Wire("column_name")] public string ColumnName { get; set; }

        [Wire("operator")] public Operator? Operator { get; set; }

        [Wire("values")] public IReadOnlyList<Scalar> Values { get; set; }
    }

    /// <summary>The values of a parameter, or of a formula variable.</summary>
    public sealed class NamedValues : Model
    {
        [Wire("name")] public string Name { get; set; }

        [Wire("values")] public IReadOnlyList<Scalar> Values { get; set; }
    }

    /// <summary>A group by id or name.</summary>
    public sealed class GroupIdentifier : Model
    {
        [Wire("identifier")] public string Identifier { get; set; }
    }

    /// <summary>A data object that an entitlement is for.</summary>
    public sealed class DataObject : Model
    {
        [Wire("identifier")] public string Identifier { get; set; }

        [Wire("type")] public string Type { get; set; }
    }

    /// <summary>Entitlements of a full or object token; custom tokens have taken their place.</summary>
    public sealed class UserParameters : Model
    {
        [Wire("objects")] public IReadOnlyList<DataObject> Objects { get; set; }

        [Wire("runtime_filters")] public IReadOnlyList<RuntimeFilter> RuntimeFilters { get; set; }

        [Wire("runtime_sorts")] public IReadOnlyList<RuntimeSort> RuntimeSorts { get; set; }

        [Wire("parameters")] public IReadOnlyList<RuntimeParameter> Parameters { get; set; }
    }

    /// <summary>A runtime filter of <see cref="UserParameters"/>.</summary>
    public sealed class RuntimeFilter : Model
    {
        [Wire("column_name")] public string ColumnName { get; set; }

        [Wire("operator")] public Operator? Operator { get; set; }

        [Wire("values")] public IReadOnlyList<string> Values { get; set; }

        [Wire("persist")] public bool? Persist { get; set; }

        [Wire("objects")] public IReadOnlyList<DataObject> Objects { get; set; }
    }

    /// <summary>A runtime sort of <see cref="UserParameters"/>.</summary>
    public sealed class RuntimeSort : Model
    {
        [Wire("column_name")] public string ColumnName { get; set; }

        /// <summary>ASC or DESC.</summary>
        [Wire("order")] public string Order { get; set; }

        [Wire("persist")] public bool? Persist { get; set; }

        [Wire("objects")] public IReadOnlyList<DataObject> Objects { get; set; }
    }

    /// <summary>A parameter of <see cref="UserParameters"/>.</summary>
    public sealed class RuntimeParameter : Model
    {
        [Wire("name")] public string Name { get; set; }

        [Wire("values")] public IReadOnlyList<string> Values { get; set; }

        [Wire("persist")] public bool? Persist { get; set; }

        [Wire("objects")] public IReadOnlyList<DataObject> Objects { get; set; }
    }
}
