using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Gatepass.Sdk
{
    /// <summary>JSON of the client's models, and of any value: for what is handed on as text.</summary>
    public static class GatepassJson
    {
        /// <summary>
        /// Reads a model, or as <c>object</c> any value: dictionaries, lists, <c>string</c>,
        /// <c>long</c>, <c>double</c>, <c>bool</c>, null.
        /// </summary>
        /// <exception cref="FormatException">It is not JSON, or does not fit the type.</exception>
        public static T Read<T>(string text)
        {
            return (T)Binding.Read(typeof(T), JsonText.Read(text));
        }

        /// <summary>Writes a model, secrets included, without what is null; or any value.</summary>
        public static string Write(object value)
        {
            var text = new StringBuilder();
            Append(text, Binding.Plain(value));
            return text.ToString();
        }

        private static void Append(StringBuilder text, object value)
        {
            if (value == null)
            {
                text.Append("null");
            }
            else if (value is string words)
            {
                AppendText(text, words);
            }
            else if (value is bool truth)
            {
                text.Append(truth ? "true" : "false");
            }
            else if (value is IDictionary members)
            {
                AppendMembers(text, members);
            }
            else if (value is IEnumerable items)
            {
                AppendItems(text, items);
            }
            else if (value is double || value is float)
            {
                text.Append(((IFormattable)value).ToString("R", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
            }
        }

        private static void AppendMembers(StringBuilder text, IDictionary members)
        {
            var next = "{";
            foreach (DictionaryEntry one in members)
            {
                text.Append(next);
                AppendText(text, (string)one.Key);
                text.Append(':');
                Append(text, one.Value);
                next = ",";
            }
            text.Append(next == "{" ? "{}" : "}");
        }

        private static void AppendItems(StringBuilder text, IEnumerable items)
        {
            var next = "[";
            foreach (var one in items)
            {
                text.Append(next);
                Append(text, one);
                next = ",";
            }
            text.Append(next == "[" ? "[]" : "]");
        }

        private static void AppendText(StringBuilder text, string words)
        {
            text.Append('"');
            foreach (var one in words)
            {
                if (one == '"' || one == '\\')
                {
                    text.Append('\\').Append(one);
                }
                else if (one < ' ' || one > '~')
                {
                    text.Append("\\u").Append(((int)one).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(one);
                }
            }
            text.Append('"');
        }
    }
}
